#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false

// Writes kldiv.json, softmargin.json and multilabelsoftmargin.json: PyTorch's values and gradients, to inputs and to targets.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build divergence.cs -o out && dotnet out/divergence.dll
// Each case holds the input, the target, the value and both gradients; where PyTorch gives the target none, targetGradient is null.
// Without a reduction the upstream gradient of loss i is 0.5 + i % 3; otherwise it is 1.
// cases: the full product of element type, shapes (ranks 0 to 4 and what broadcasts), kind of target, reduction and options; zeros, infinities, NaN,
// empty shapes. What Surprisal decides differently is not here but in the tests.
// batchmean, null below, which TorchSharp does not have, is composed as torch.nn.functional does it: the sum, by the first size of the input.

using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const double Inf = double.PositiveInfinity, NaN = double.NaN;
ScalarType[] types = [ScalarType.Float64, ScalarType.Float32];
Reduction[] reductions = [Reduction.None, Reduction.Mean, Reduction.Sum];
long[][] shapes = [[], [5], [4, 5], [3, 4, 3], [2, 3, 2, 3]];
(long[] X, long[] T)[] toInput = [([4, 5], [5]), ([4, 5], [4, 1]), ([2, 3, 2], []), ([2, 3, 2], [3, 1])];
(long[] X, long[] T)[] both = [([5], [4, 5]), ([1, 5], [4, 1]), ([], [3]), ([4, 1], [2, 1, 5])], pairs = [.. shapes.Select(s => (s, s)), .. toInput];
Write("kldiv", KlDiv());
Write("softmargin", SoftMargin());
Write("multilabelsoftmargin", MultiLabelSoftMargin());

IEnumerable<string> KlDiv()
{
    Reduction?[] four = [.. reductions, null];
    foreach (var (xs, ts) in pairs.Concat(both))
    {
        Tensor x = (Normal(xs) * 2).log_softmax(-1) - 0.1, probability = Normal(ts).softmax(-1) * 0.9;
        foreach (var type in types)
        foreach (var reduction in four)
        foreach (var log in new[] { false, true }) yield return Divergence(About(xs, ts), type, x, log ? probability.log() : probability, reduction, log);
    }
    var odd = Column(-1, -Inf, -Inf, Inf, -1, -1, NaN, -1, -1, -Inf, -1, Inf, Inf, -Inf, 0.5, -1, -1);
    var of = Column(0, 0, 0.5, 0.5, -0.5, -Inf, 0.5, NaN, Inf, -Inf, -0.0, Inf, 0, Inf, 2, 1e-300, 800);
    foreach (var log in new[] { false, true }) yield return Divergence("zeros, infinities and NaN", ScalarType.Float64, odd, of, Reduction.None, log);
    foreach (var reduction in four)
    foreach (var shape in new long[][] { [0], [0, 3], [2, 0], [2, 0, 3] })
        yield return Divergence("empty " + List(shape), ScalarType.Float64, Normal(shape), Normal(shape), reduction, false);
}

IEnumerable<string> SoftMargin()
{
    foreach (var (xs, ts) in pairs)
    {
        Tensor x = Normal(xs) * 3, sign = Normal(ts).sign(), real = Normal(ts);
        foreach (var type in types)
        foreach (var reduction in reductions)
        foreach (var t in new[] { sign, real }) yield return Margin(About(xs, ts), type, x, t, reduction);
    }
    var odd = Column(20, -20, 40, -40, 100, -100, 100, -100, 600, -600, 0, 0, 3, NaN, 1, Inf, -Inf, Inf);
    var of = Column(1, 1, 1, 1, 1, 1, -1, -1, 1, 1, 1, -1, 0, 1, NaN, 1, -1, 0);
    yield return Margin("tails, infinities and NaN", ScalarType.Float64, odd, of, Reduction.None);
    foreach (var reduction in reductions)
    foreach (var shape in new long[][] { [0], [0, 3], [2, 0, 3] })
        yield return Margin("empty " + List(shape), ScalarType.Float64, Normal(shape), Normal(shape), reduction);
}

IEnumerable<string> MultiLabelSoftMargin()
{
    foreach (var (xs, ts) in pairs.Where(static pair => pair.X.Length > 0))
    {
        Tensor x = Normal(xs) * 3, hot = Normal(ts).gt(0).to(ScalarType.Float64), soft = rand(ts, ScalarType.Float64);
        long[] rows = xs.Length > 1 ? [xs[^2], 1] : [1];
        Tensor?[] weights = [null, rand([xs[^1]]) * 3, rand(rows) * 3, tensor(2.5f), rand(xs)];
        foreach (var type in types)
        foreach (var reduction in reductions)
        foreach (var t in new[] { hot, soft })
        foreach (var weight in weights) yield return MultiLabel(About(xs, ts), type, x, t, reduction, weight);
    }
    Tensor odd = Column(Inf, Inf, NaN, 1, 100, -100, 100, -100, 2, 2, 800).unsqueeze(1), of = Column(0, 0.5, 1, NaN, 1, 0, 0, 1, -1, 2, 1).unsqueeze(1);
    yield return MultiLabel("infinities, NaN and tails", ScalarType.Float64, odd, of, Reduction.None, null);
    foreach (var reduction in reductions)
    foreach (var shape in new long[][] { [0], [0, 3], [2, 0], [2, 0, 3], [0, 0] })
        yield return MultiLabel("empty " + List(shape), ScalarType.Float64, Normal(shape), Normal(shape), reduction, null);
}

string Divergence(string name, ScalarType type, Tensor x, Tensor t, Reduction? reduction, bool log) =>
    Case(name, type, x, t, reduction, true, $"\"log_target\":{(log ? "true" : "false")},", (a, b) =>
        reduction is { } one ? functional.kl_div(a, b, log, one) : functional.kl_div(a, b, log, Reduction.Sum) / (a.dim() == 0 ? 1 : a.shape[0]));

string Margin(string name, ScalarType type, Tensor x, Tensor t, Reduction reduction) =>
    Case(name, type, x, t, reduction, false, "", (a, b) => functional.soft_margin_loss(a, b, reduction));

string MultiLabel(string name, ScalarType type, Tensor x, Tensor t, Reduction reduction, Tensor? weight)
{
    var w = weight?.to(type);
    return Case(name, type, x, t, reduction, true, w is null ? "" : $"\"weight\":{Json(w)},", (a, b) =>
        functional.multilabel_soft_margin_loss(a, b, w, reduction));
}

string Case(string name, ScalarType type, Tensor input, Tensor target, Reduction? reduction, bool differentiable, string options,
    Func<Tensor, Tensor, Tensor> loss)
{
    using var scope = NewDisposeScope();
    var (x, t) = (input.to(type).detach().clone().requires_grad_(), target.to(type).detach().clone().requires_grad_(differentiable));
    var value = loss(x, t);
    var upstream = reduction == Reduction.None
        ? (0.5 + arange(value.numel(), dtype: ScalarType.Float64) % 3).to(type).reshape(value.shape)
        : ones_like(value);
    value.backward([upstream]);
    return $"{{\"name\":\"{name}\",\"dtype\":\"{type.ToString().ToLowerInvariant()}\"," +
        $"\"reduction\":\"{reduction?.ToString().ToLowerInvariant() ?? "batchmean"}\"," +
        options +
        $"\"input\":{Json(x)},\"target\":{Json(t)},\"value\":{Json(value)},\"gradient\":{Json(x.grad!)}," +
        $"\"targetGradient\":{(differentiable ? Json(t.grad!) : "null")}}}";
}

static void Write(string name, IEnumerable<string> cases)
{
    manual_seed(0);
    File.WriteAllText(name + ".json", $"{{\"torch\":\"2.10.0\",\n\"cases\":[\n{string.Join(",\n", cases)}\n]}}\n");
}

static string About(long[] x, long[] t) => $"{List(x)} and {List(t)}";

static string List(long[] shape) => $"[{string.Join(", ", shape)}]";

static Tensor Normal(long[] shape) => randn(shape, ScalarType.Float64);

static Tensor Column(params double[] values) => tensor(values);

static string Json(Tensor tensor)
{
    var numbers = tensor.numel() == 0 ? [] : tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    return $"{{\"shape\":[{string.Join(",", tensor.shape)}],\"values\":[{string.Join(",", numbers.Select(v => Number(v, tensor.dtype)))}]}}";
}

// As many digits as it needs to come back exactly; NaN and infinities as words.
static string Number(double v, ScalarType type) =>
    !double.IsFinite(v) ? $"\"{v.ToString(CultureInfo.InvariantCulture)}\""
    : type == ScalarType.Float32 ? ((float)v).ToString("R", CultureInfo.InvariantCulture)
    : v.ToString("R", CultureInfo.InvariantCulture);
