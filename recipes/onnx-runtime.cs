#:project ../src/Surprisal/Surprisal.csproj
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property PublishAot=false

// The logits of a model that ONNX Runtime runs, scored where they lie. Any classifier's .onnx file does; this one is made here.
using Microsoft.ML.OnnxRuntime;
using Surprisal;
using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Onnx;

const int Features = 4, Classes = 3, Batch = 64;
var model = new Linear(Features, Classes, new Seed(1));
var path = Path.GetTempFileName();
OnnxModel.Write(path, model, [Features]);

// snippet: onnx-runtime
using var session = new InferenceSession(path);
var metrics = new ClassificationMetrics(new MetricOptions { Classes = Classes, Scores = ScoreKind.Logits });
using var options = new RunOptions();
foreach (var (x, y) in Batches())
{
    using var input = OrtValue.CreateTensorValueFromMemory(x, [y.Length, Features]);
    using var outputs = session.Run(options, ["input"], [input], ["logits"]);
    metrics.Add(outputs[0].GetTensorDataAsSpan<float>(), y);                  // no copy
}
var report = metrics.Report();
Console.WriteLine($"{report.Counted} rows, loss {report.Loss:F4}, accuracy {report.Accuracy:P1}, calibration error {report.Ece:F4}");
// end

// The same by the library's own product.
var (all, targets) = Data();
var own = Functional.CrossEntropy(model.Forward(Tensor.Create<float>(all, [targets.Length, Features])), Tensor.Create<long>(targets));
Console.WriteLine($"the same by Surprisal alone: {own.Item():F4}");

(float[] X, long[] Y) Data()
{
    var x = Tensor.Randn<float>([1000, Features], new Seed(3));
    var noise = Tensor.Randn<float>([1000, Classes], new Seed(4));
    return (x.ToArray(), (model.Forward(x) + noise).ArgMax(1).ToArray());
}

IEnumerable<(float[] X, long[] Y)> Batches()
{
    var (x, y) = Data();
    return x.Chunk(Batch * Features).Zip(y.Chunk(Batch));
}
