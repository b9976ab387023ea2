#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false

// Writes bce.json and bcewithlogits.json: PyTorch's binary cross-entropies of probabilities and of logits, values and gradients, to inputs and targets.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build binary.cs -o out && dotnet out/binary.dll
// Without a reduction the upstream gradient of element i is 0.5 + i % 3; otherwise it is 1.
// cases: the full product of element type, rank, reduction and shapes of the weight, and of pos_weight.
// edges: of probabilities the corners of [0, 1], tiny numbers, odd weights and empty shapes; of logits one element each, whose exact answers are in
//        binaryexact.json, in the same order.
// sizes: of logits, odd weights and empty shapes.
// refused: probabilities outside [0, 1] as input and as target, with the first words of libtorch's refusal.

using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const double Inf = double.PositiveInfinity, NaN = double.NaN;
(long[] Shape, long[][] Weights)[] shapes =
[
    ([], [[]]), ([5], [[], [1], [5]]), ([4, 3], [[], [3], [4, 1], [4, 3]]), ([2, 2, 3], [[], [3], [2, 1], [2, 1, 1], [2, 2, 3]]),
    ([2, 1, 2, 3], [[], [3], [2, 1], [1, 1, 1, 3], [2, 1, 2, 3]]),
];
double[] weight = [0.5, 2, 1.25, 0, 3.5], positive = [3, 0.25, 1, 7.5];
ScalarType[] types = [ScalarType.Float64, ScalarType.Float32];
Reduction[] reductions = [Reduction.None, Reduction.Mean, Reduction.Sum];

File.WriteAllText("bce.json", $"{{\"torch\":\"2.10.0\",\n\"cases\":{Lines(BceCases())},\n\"edges\":{Lines(BceEdges())},\n\"refused\":{Lines(Refused())}}}\n");
File.WriteAllText("bcewithlogits.json",
    $"{{\"torch\":\"2.10.0\",\n\"cases\":{Lines(LogitCases())},\n\"edges\":{Lines(LogitEdges())},\n\"sizes\":{Lines(LogitSizes())}}}\n");

IEnumerable<string> BceCases()
{
    manual_seed(0);
    foreach (var (shape, weights) in shapes)
    {
        var (x, y) = (randint(1, 64, shape, ScalarType.Float64) / 64, Repeated([0, 1, 0.25, 1, 0], shape)); // exact in both types
        foreach (var type in types)
        foreach (var reduction in reductions)
        foreach (var w in weights.Prepend(null)) yield return Bce("case", type, x, y, w is null ? null : Repeated(weight, w), reduction);
    }
}

IEnumerable<string> BceEdges()
{
    double[] corners = [0, -0.0, 1, 1e-8, 1e-14, 1e-30, 1e-45, 0.5, 1 - Math.ScaleB(1, -24), 0.75], of = [0, 0.5, 1];
    var rows = new List<(string Name, double[] X, double[] Y, double[]? Weight)>
    {
        ("corners", [.. corners.SelectMany(x => of.Select(_ => x))], [.. corners.SelectMany(_ => of)], null),
    };
    foreach (var (name, w) in new[] { ("NaN weight", NaN), ("infinite weight", Inf), ("negative weight", -2.0), ("weight of 0", 0.0) })
        rows.Add((name, [0.25, 0, 1], [1, 0, 0.5], [w, 1, 2]));
    rows.Add(("no elements", [], [], null));
    foreach (var (name, x, y, w) in rows)
    foreach (var type in types)
    foreach (var reduction in reductions) yield return Bce(name, type, Of(x), Of(y), w is null ? null : Of(w), reduction);
}

IEnumerable<string> Refused()
{
    foreach (var (x, y) in new[] { (1.5, 0.5), (-0.25, 0.5), (NaN, 0.5), (0.5, 1.5), (0.5, -0.25), (0.5, NaN) })
    {
        var words = "";
        try { functional.binary_cross_entropy(Of([x]), Of([y])); }
        catch (Exception refusal) { words = refusal.Message.Split('\n')[0]; }
        yield return $"{{\"input\":{Number(x, ScalarType.Float64)},\"target\":{Number(y, ScalarType.Float64)},\"words\":\"{words}\"}}";
    }
}

IEnumerable<string> LogitCases()
{
    manual_seed(0);
    foreach (var (shape, weights) in shapes)
    {
        var (x, y) = (randint(-200, 200, shape, ScalarType.Float64) / 64, Repeated([0, 1, 0.25, 1, 0, 1.5, -1], shape)); // exact in both types
        foreach (var type in types)
        foreach (var reduction in reductions)
        foreach (var w in weights.Prepend(null))
        foreach (var p in weights.Prepend(null))
            yield return Logits("case", type, x, y, w is null ? null : Repeated(weight, w), p is null ? null : Repeated(positive, p), reduction);
    }
}

IEnumerable<string> LogitEdges()
{
    double[] large = [1e-8, 0.5, 10, 20, 50, 88, 100, 104, 800, 3e38, Inf], logits = [0, -0.0, .. large, .. large.Select(v => -v), NaN];
    foreach (var type in types)
    foreach (var z in logits)
    foreach (var y in new[] { 0, 0.5, 1, 0.25, 2, -1, NaN })
    foreach (var p in new double?[] { null, 3, 0 })
        yield return Logits("edge", type, Of([z]), Of([y]), null, p is { } factor ? Of([factor]) : null, Reduction.Sum);
}

IEnumerable<string> LogitSizes()
{
    foreach (var (name, w, p) in new (string, double, double)[]
        { ("NaN weight", NaN, 1), ("infinite weight", Inf, 1), ("negative weight", -2, 1), ("NaN pos_weight", 1, NaN), ("pos_weight of 0", 1, 0) })
    foreach (var reduction in reductions)
        yield return Logits(name, ScalarType.Float64, Of([0.5, -1, 20]), Of([1, 0, 0.5]), Of([w, 1, 2]), Of([1, p, 3]), reduction);
    foreach (var reduction in reductions) yield return Logits("no elements", ScalarType.Float64, Of([]), Of([]), null, null, reduction);
}

string Bce(string name, ScalarType type, Tensor input, Tensor target, Tensor? weight, Reduction reduction) =>
    Answer(name, type, input, target, weight, null, reduction, "",
        (x, y, w, _) => functional.binary_cross_entropy(x, y, w, reduction));

string Logits(string name, ScalarType type, Tensor input, Tensor target, Tensor? weight, Tensor? positive, Reduction reduction) =>
    Answer(name, type, input, target, weight, positive, reduction, $"\"posWeight\":{Shaped(positive?.to(type))},",
        (x, y, w, p) => functional.binary_cross_entropy_with_logits(x, y, w, reduction, p));

string Answer(string name, ScalarType type, Tensor input, Tensor target, Tensor? weight, Tensor? positive, Reduction reduction, string more,
    Func<Tensor, Tensor, Tensor?, Tensor?, Tensor> loss)
{
    using var scope = NewDisposeScope();
    var (x, y) = (input.to(type).detach().clone().requires_grad_(), target.to(type).detach().clone().requires_grad_());
    var w = weight?.to(type);
    var value = loss(x, y, w, positive?.to(type));
    var upstream = reduction == Reduction.None
        ? (0.5 + arange(value.numel(), dtype: ScalarType.Float64) % 3).to(type).reshape(value.shape)
        : ones_like(value);
    value.backward([upstream]);
    return $"{{\"name\":\"{name}\",\"dtype\":\"{type.ToString().ToLowerInvariant()}\",\"reduction\":\"{reduction.ToString().ToLowerInvariant()}\"," +
        $"\"shape\":[{string.Join(",", x.shape)}],\"inputs\":{Json(x)},\"targets\":{Json(y)},\"weight\":{Shaped(w)},{more}" +
        $"\"value\":{Json(value)},\"gradient\":{Json(x.grad!)},\"targetGradient\":{Json(y.grad!)}}}";
}

Tensor Repeated(double[] values, long[] shape) =>
    Of([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => values[i % values.Length])]).reshape(shape);

static Tensor Of(double[] values) => tensor(values, ScalarType.Float64);

static string Lines(IEnumerable<string> items) => $"[\n{string.Join(",\n", items)}\n]";

static string Shaped(Tensor? tensor) => tensor is null ? "null" : $"{{\"shape\":[{string.Join(",", tensor.shape)}],\"values\":{Json(tensor)}}}";

static string Json(Tensor tensor)
{
    var numbers = tensor.numel() == 0 ? [] : tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    return $"[{string.Join(",", numbers.Select(v => Number(v, tensor.dtype)))}]";
}

// As many digits as it needs to come back exactly; NaN and infinities as words.
static string Number(double v, ScalarType type) =>
    !double.IsFinite(v) ? $"\"{v.ToString(CultureInfo.InvariantCulture)}\""
    : type == ScalarType.Float32 ? ((float)v).ToString("R", CultureInfo.InvariantCulture)
    : v.ToString("R", CultureInfo.InvariantCulture);
