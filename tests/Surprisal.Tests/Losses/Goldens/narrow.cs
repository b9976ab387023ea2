#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false

// Writes narrow.json: PyTorch's losses of Half and BFloat16 numbers on a CPU, values and gradients, beside those of float64.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build narrow.cs -o out && dotnet out/narrow.dll
// Each case holds the stored numbers, what libtorch answers in their type, and in truth and truthGradient what it answers in float64 for the same
// numbers. Sizes are around a vector of 16: classes of three rows, the second of them ignored, or elements.
// Without a reduction the upstream gradient of loss i is 0.5 + i % 3; otherwise it is 1.

using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var lines = new List<string>();
manual_seed(0);
foreach (var size in new[] { 1, 15, 16, 17, 33 })
{
    Tensor logits = 3 * randn(3, size, ScalarType.Float64), targets = tensor([size - 1L, -100, size / 2]), weight = 0.5 + rand(size, ScalarType.Float64);
    Tensor elements = 3 * randn(size, ScalarType.Float64), probabilities = (elements * 4).round().sigmoid(), answers = Answers(size);
    foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16 })
    foreach (var reduction in new[] { Reduction.None, Reduction.Mean, Reduction.Sum })
    foreach (var w in new[] { null, weight })
    {
        foreach (var smoothing in new[] { 0, 0.1 })
            Case("cross_entropy", type, reduction, logits, targets, w, smoothing, (x, t, u) =>
                functional.cross_entropy(x, t, u, -100, reduction, smoothing));
        Case("nll_loss", type, reduction, logits.log_softmax(1), targets, w, 0, (x, t, u) => functional.nll_loss(x, t, u, reduction: reduction));
        Case("binary_cross_entropy", type, reduction, probabilities.clamp(1.0 / 64, 63.0 / 64), answers, w, 0, (x, t, u) =>
            functional.binary_cross_entropy(x, t, u, reduction));
        Case("binary_cross_entropy_with_logits", type, reduction, elements, answers, w, 0, (x, t, u) =>
            functional.binary_cross_entropy_with_logits(x, t, u, reduction));
    }
}
File.WriteAllText("narrow.json", $"{{\"torch\":\"2.10.0\",\n\"cases\":[\n{string.Join(",\n", lines)}\n]}}\n");

void Case(string function, ScalarType type, Reduction reduction, Tensor input, Tensor target, Tensor? weight, double smoothing,
    Func<Tensor, Tensor, Tensor?, Tensor> loss)
{
    using var scope = NewDisposeScope();
    var (stored, w) = (input.to(type), weight?.to(type));
    var t = target.is_floating_point() ? target.to(type) : target;
    var (value, gradient) = Answer(stored, t, w);
    var (truth, exact) = Answer(stored.to(ScalarType.Float64), t.is_floating_point() ? t.to(ScalarType.Float64) : t, w?.to(ScalarType.Float64));
    lines.Add($"{{\"function\":\"{function}\",\"dtype\":\"{type.ToString().ToLowerInvariant()}\"," +
        $"\"reduction\":\"{reduction.ToString().ToLowerInvariant()}\",\"smoothing\":{Number(smoothing, ScalarType.Float64)}," +
        $"\"shape\":[{string.Join(",", stored.shape)}],\"inputs\":{Json(stored)},\"targets\":{Json(t)},\"weight\":{(w is null ? "null" : Json(w))}," +
        $"\"value\":{Json(value)},\"gradient\":{Json(gradient)},\"truth\":{Json(truth)},\"truthGradient\":{Json(exact)}}}");

    (Tensor Value, Tensor Gradient) Answer(Tensor x, Tensor t, Tensor? w)
    {
        x = x.detach().clone().requires_grad_();
        var value = loss(x, t, w);
        var upstream = reduction == Reduction.None ? (0.5 + arange(value.numel(), dtype: ScalarType.Float64) % 3).to(x.dtype) : ones_like(value);
        value.backward([upstream]);
        return (value, x.grad!);
    }
}

static Tensor Answers(int size) => tensor(Enumerable.Range(0, size).Select(i => (i % 5) switch { 0 or 3 => 1.0, 2 => 0.25, _ => 0 }).ToArray());

static string Json(Tensor tensor) =>
    $"[{string.Join(",", tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray().Select(v => Number(v, tensor.dtype)))}]";

// As many digits as it needs to come back exactly; NaN and infinities as words.
static string Number(double v, ScalarType type) =>
    !double.IsFinite(v) ? $"\"{v.ToString(CultureInfo.InvariantCulture)}\""
    : type == ScalarType.Float64 ? v.ToString("R", CultureInfo.InvariantCulture)
    : ((float)v).ToString("R", CultureInfo.InvariantCulture);
