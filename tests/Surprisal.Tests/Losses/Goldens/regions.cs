#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes regions.json: Dice, Jaccard and Tversky losses composed of libtorch's operations (softmax, one-hot, sums, autograd), for PyTorch has none.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build regions.cs -o out && dotnet out/regions.dll > regions.json
// Each case holds the options, the shape, logits (multiples of 1/8), targets, the value and the gradient.
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

var random = new Random(22);
var cases = new List<string>();
long[][] shapes = [[3], [1, 2], [9, 3], [17, 2], [2, 3, 5], [2, 2, 9], [1, 3, 2, 3], [2, 1, 4]];
foreach (var kind in new[] { "dice", "jaccard", "tversky" })
    foreach (var shape in shapes)
        foreach (var smooth in new[] { 1, 0.01 })
            foreach (var absent in new[] { false, true })
                foreach (var perImage in new[] { false, true })
                    foreach (var squared in new[] { false, true })
                        foreach (var sum in new[] { false, true })
                            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
                                Case(kind, shape, smooth, absent, perImage, squared, sum, type);
Console.WriteLine("{\"torch\":\"2.10.0\",\"cases\": [\n" + string.Join(",\n", cases) + "\n]}");

void Case(string kind, long[] shape, double smooth, bool countsAbsent, bool perImage, bool squared, bool sum, ScalarType type)
{
    using var scope = NewDisposeScope();
    var (alpha, beta) = kind == "tversky" ? (0.3, 0.7) : (0.5, 0.5);
    var (n, classes) = shape.Length == 1 ? (1, shape[0]) : (shape[0], shape[1]);
    var inner = shape.Length < 3 ? 1 : shape[2..].Aggregate(1L, (a, b) => a * b);
    var logits = Enumerable.Range(0, (int)(n * classes * inner)).Select(_ => random.Next(-20, 21) / 8.0).ToArray();
    // the last class is often absent, and some pixels are ignored
    var targets = Enumerable.Range(0, (int)(n * inner))
        .Select(_ => random.Next(5) == 0 ? -1L : random.Next((int)Math.Max(1, classes - random.Next(2)))).ToArray();
    if (targets.All(t => t < 0)) targets[0] = 0;
    var x = tensor(logits, dtype: type).reshape(n, classes, inner).requires_grad_();
    var t = tensor(targets).reshape(n, inner);
    var used = t.ge(0).unsqueeze(1).to(type);
    var truth = nn.functional.one_hot(t.clamp(min: 0), classes).transpose(1, 2).to(type) * used;
    var p = x.softmax(1);
    long[] dims = perImage ? [2] : [0, 2];
    var (i, q, s) = ((p * truth).sum(dims), ((squared ? p * p : p) * used).sum(dims), truth.sum(dims));
    var ratio = kind switch
    {
        "dice" => (2 * i + smooth) / (q + s + smooth),
        "jaccard" => (i + smooth) / (q + s - i + smooth),
        _ => (i + smooth) / (i + alpha * (q - i) + beta * (s - i) + smooth),
    };
    var counted = countsAbsent ? s.sum(-1, keepdim: true).gt(0).expand_as(s) : s.gt(0);
    var terms = (1 - ratio).masked_select(counted);
    var value = sum ? terms.sum() : terms.mean();
    value.backward();
    cases.Add($"{{\"kind\":\"{kind}\",\"dtype\":\"{type.ToString().ToLowerInvariant()}\",\"shape\":[{string.Join(",", shape)}],\"smooth\":{Text(smooth)}," +
        $"\"countsAbsent\":{Text(countsAbsent)},\"perImage\":{Text(perImage)},\"squared\":{Text(squared)},\"sum\":{Text(sum)}," +
        $"\"logits\":[{string.Join(",", logits.Select(v => Text(v)))}],\"targets\":[{string.Join(",", targets)}]," +
        $"\"value\":{Text(value.to(ScalarType.Float64).item<double>())},\"counted\":{counted.sum().item<long>()}," +
        $"\"gradient\":[{string.Join(",", Numbers(x.grad!, type))}]}}");
}

IEnumerable<string> Numbers(Tensor x, ScalarType type) => type == ScalarType.Float32
    ? x.contiguous().data<float>().ToArray().Select(value => Text(value))
    : x.contiguous().data<double>().ToArray().Select(value => Text(value));

string Text(object value) => value is bool flag ? flag ? "true" : "false" : string.Create(CultureInfo.InvariantCulture, $"{value}");
