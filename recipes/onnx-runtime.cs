#:project ../src/Surprisal/Surprisal.csproj
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property PublishAot=false

// The logits of a model that ONNX Runtime runs, scored where they lie. Any classifier's .onnx file does; this one is made here, of y = x W + b.
using System.Text;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Surprisal;
using Surprisal.Metrics;

const int Features = 4, Classes = 3, Batch = 64;
var weight = Tensor.Randn<float>([Features, Classes], new Seed(1));
var bias = Tensor.Randn<float>([Classes], new Seed(2));

// snippet: onnx-runtime
using var session = new InferenceSession(Model());
var metrics = new ClassificationMetrics(new MetricOptions { Classes = Classes, Scores = ScoreKind.Logits });
using var options = new RunOptions();
foreach (var (x, y) in Batches())
{
    using var input = OrtValue.CreateTensorValueFromMemory(x, [y.Length, Features]);
    using var outputs = session.Run(options, ["x"], [input], ["logits"]);
    metrics.Add(outputs[0].GetTensorDataAsSpan<float>(), y);                  // no copy
}
var report = metrics.Report();
Console.WriteLine($"{report.Counted} rows, loss {report.Loss:F4}, accuracy {report.Accuracy:P1}, calibration error {report.Ece:F4}");
// end

// The same by the library's own product.
var (all, targets) = Data();
var own = Functional.CrossEntropy(Tensor.Create<float>(all, [targets.Length, Features]).MatMul(weight) + bias, Tensor.Create<long>(targets));
Console.WriteLine($"the same by Surprisal alone: {own.Item():F4}");

(float[] X, long[] Y) Data()
{
    var x = Tensor.Randn<float>([1000, Features], new Seed(3));
    var noise = Tensor.Randn<float>([1000, Classes], new Seed(4));
    return (x.ToArray(), (x.MatMul(weight) + bias + noise).ArgMax(1).ToArray());
}

IEnumerable<(float[] X, long[] Y)> Batches()
{
    var (x, y) = Data();
    return x.Chunk(Batch * Features).Zip(y.Chunk(Batch));
}

// A model in ONNX's format: protocol buffers, of which a field is its number, its length and its bytes.
byte[] Model()
{
    byte[] Size(string name, long? size) => Field(1, size is { } n ? Number(1, n) : Text(2, name));
    byte[] Value(string name, byte[] sizes) => [.. Text(1, name), .. Field(2, Field(1, [.. Number(1, 1), .. Field(2, sizes)]))];
    byte[] Constant(string name, Tensor<float> tensor) =>
        [.. tensor.Shape.SelectMany(static size => Number(1, size)), .. Number(2, 1), .. Text(8, name), .. Field(9, MemoryMarshal.AsBytes<float>(tensor.ToArray()).ToArray())];
    byte[] node = [.. Text(1, "x"), .. Text(1, "W"), .. Text(1, "b"), .. Text(2, "logits"), .. Text(4, "Gemm")];
    byte[] graph = [.. Field(1, node), .. Text(2, "linear"), .. Field(5, Constant("W", weight)), .. Field(5, Constant("b", bias)),
        .. Field(11, Value("x", [.. Size("rows", null), .. Size("", Features)])), .. Field(12, Value("logits", [.. Size("rows", null), .. Size("", Classes)]))];
    return [.. Number(1, 8), .. Field(8, Number(2, 13)), .. Field(7, graph)];
}

static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));
static byte[] Field(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];
static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];
static byte[] Varint(long value) => value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Varint(value >> 7)];
