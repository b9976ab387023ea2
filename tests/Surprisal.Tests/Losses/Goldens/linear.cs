#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes linear.json: linear, then cross_entropy, with every combination of their options; soft cap, temperature and z-loss composed of libtorch's operations.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build linear.cs -o out && dotnet out/linear.dll > linear.json
// Each case holds the options, hidden states, weight and bias (multiples of 1/8), targets, the value and the gradients of all three, one after the other.
// Without a reduction the upstream gradient of row i is 0.5 + i % 3.
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

var random = new Random(17);
var cases = new List<string>();
(long[] Rows, long Features, long Classes)[] shapes = [([], 3, 4), ([5], 3, 6), ([2, 3], 2, 7)];
double[] classWeights = [0.5, 2, 1.25, 0.75, 3.5, 1, 0.25];
foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
foreach (var shape in shapes)
foreach (var isProbability in new[] { false, true })
foreach (var hasBias in new[] { false, true })
foreach (var hasWeight in new[] { false, true })
foreach (var smoothing in new[] { 0, 0.1 })
foreach (var reduction in new[] { nn.Reduction.None, nn.Reduction.Mean, nn.Reduction.Sum })
    Case(type, shape, isProbability, hasBias, hasWeight, smoothing, reduction, 0, 1, 0);
foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
foreach (var (cap, temperature, penalty) in new[] { (2.0, 1.0, 0.0), (0.0, 1.5, 0.0), (0.0, 1.0, 0.25), (2.0, 0.5, 0.125) })
foreach (var smoothing in new[] { 0, 0.1 })
    Case(type, shapes[1], isProbability: false, hasBias: true, hasWeight: false, smoothing, nn.Reduction.Mean, cap, temperature, penalty);
Console.WriteLine("{\"torch\":\"2.10.0\",\"cases\": [\n" + string.Join(",\n", cases) + "\n]}");

void Case(ScalarType type, (long[] Rows, long Features, long Classes) shape, bool isProbability, bool hasBias, bool hasWeight, double smoothing,
    nn.Reduction reduction, double cap, double temperature, double penalty)
{
    using var scope = NewDisposeScope();
    var rows = shape.Rows.Aggregate(1L, static (a, b) => a * b);
    double[] Draw(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => random.Next(-16, 17) / 8.0)];
    var (hidden, weight, bias) = (Draw(rows * shape.Features), Draw(shape.Classes * shape.Features), Draw(hasBias ? shape.Classes : 0));
    var x = tensor(hidden, dtype: type).reshape(rows, shape.Features).requires_grad_();
    var w = tensor(weight, dtype: type).reshape(shape.Classes, shape.Features).requires_grad_();
    var b = hasBias ? tensor(bias, dtype: type).requires_grad_() : null;
    double[] targets = isProbability
        ? [.. Enumerable.Range(0, (int)(rows * shape.Classes)).Select(_ => random.Next(0, 9) / 8.0)]
        : [.. Enumerable.Range(0, (int)rows).Select(i => i == 1 ? -100 : (double)random.Next((int)shape.Classes))];
    var t = isProbability ? tensor(targets, dtype: type).reshape(rows, shape.Classes) : tensor(targets).to(ScalarType.Int64);
    var classWeight = hasWeight ? tensor(classWeights[..(int)shape.Classes], dtype: type) : null;
    var z = nn.functional.linear(x, w, b);
    if (cap > 0) z = cap * tanh(z / cap);
    z = z / temperature;
    var value = nn.functional.cross_entropy(z, t, classWeight, -100, reduction, smoothing);
    if (penalty > 0)
    {
        var used = t.ne(-100).to(type);
        value = value + penalty * (z.logsumexp(1).square() * used).sum() / used.sum();
    }
    value.backward([value.numel() == 1 && reduction != nn.Reduction.None ? ones_like(value)
        : tensor(Enumerable.Range(0, (int)rows).Select(static i => 0.5 + i % 3).ToArray(), dtype: type).reshape(value.shape)]);
    cases.Add($"{{\"dtype\":\"{type.ToString().ToLowerInvariant()}\",\"rows\":[{string.Join(",", shape.Rows)}],\"features\":{shape.Features}," +
        $"\"classes\":{shape.Classes},\"reduction\":\"{reduction}\",\"weighted\":{Text(hasWeight)},\"smoothing\":{Text(smoothing)}," +
        $"\"cap\":{Text(cap)},\"temperature\":{Text(temperature)},\"penalty\":{Text(penalty)},\"hidden\":[{List(hidden)}],\"weight\":[{List(weight)}]," +
        $"\"bias\":[{List(bias)}],\"probabilities\":{Text(isProbability)},\"targets\":[{List(targets)}],\"value\":[{string.Join(",", Numbers(value, type))}]," +
        $"\"gradients\":[{string.Join(",", Numbers(x.grad!, type).Concat(Numbers(w.grad!, type)).Concat(b is null ? [] : Numbers(b.grad!, type)))}]}}");
}

string List(double[] numbers) => string.Join(",", numbers.Select(static number => Text(number)));

static IEnumerable<string> Numbers(Tensor x, ScalarType type) => type == ScalarType.Float32
    ? x.detach().contiguous().data<float>().ToArray().Select(static value => Text(value))
    : x.detach().contiguous().data<double>().ToArray().Select(static value => Text(value));

static string Text(object value) => value is bool flag ? flag ? "true" : "false" : string.Create(CultureInfo.InvariantCulture, $"{value}");
