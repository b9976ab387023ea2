#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes mse.json, l1.json, huber.json and smoothl1.json: PyTorch's values and gradients, to inputs and to targets.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build regression.cs -o out && dotnet out/regression.dll
// Each case holds the options, both inputs, the value, both gradients and the name of grad_fn, which TorchSharp does not show: it is read from the type
// of the node in memory (Itanium ABI).
// Without a reduction the upstream gradient of element i is 0.5 + i % 3; otherwise it is 1.
// cases: the full product of element type, shapes (ranks 0 to 4), reduction and options; differences of 0 and of exactly the limit; zeros,
// infinities and NaN; what float32 does not hold, where libtorch's answer is the one that float64 gives; empty shapes.
// weight is composed as torch.nn.functional does it: the sum of weighted losses, by the sum of the weights. There a beta of 0 is l1_loss too.

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const double Inf = double.PositiveInfinity, NaN = double.NaN;
long[][] shapes = [[], [5], [4, 5], [3, 4, 3], [2, 3, 2, 3]], empty = [[0], [0, 3], [2, 0, 3]];
ScalarType[] types = [ScalarType.Float64, ScalarType.Float32];
Reduction[] reductions = [Reduction.None, Reduction.Mean, Reduction.Sum];
_ = zeros(1);
var library = NativeLibrary.Load(File.ReadLines("/proc/self/maps").First(line => line.EndsWith("libtorch_cpu.so", StringComparison.Ordinal)).Split(' ')[^1]);
var gradFnOf = NativeLibrary.GetExport(library, "_ZNK2at10TensorBase7grad_fnEv");

Write("mse", "", [1], static (x, t, _, reduction) => functional.mse_loss(x, t, reduction));
Write("l1", "", [1], static (x, t, _, reduction) => functional.l1_loss(x, t, reduction));
Write("huber", "delta", [1, 0.7, 2.5, Inf], static (x, t, delta, reduction) => functional.huber_loss(x, t, delta, reduction));
Write("smoothl1", "beta", [1, 0.25, 3, 0], static (x, t, beta, reduction) =>
    beta == 0 ? functional.l1_loss(x, t, reduction) : functional.smooth_l1_loss(x, t, reduction, beta));

void Write(string name, string option, double[] limits, Func<Tensor, Tensor, double, Reduction, Tensor> loss)
{
    manual_seed(0);
    var lines = new List<string>();
    foreach (var limit in limits)
    {
        void Case(string about, ScalarType type, Reduction reduction, Tensor input, Tensor target, Tensor? weight = null)
        {
            using var scope = NewDisposeScope();
            var x = input.to(type).detach().clone().requires_grad_();
            var t = target.to(type).detach().clone().requires_grad_();
            var w = weight?.to(type);
            var result = loss(x, t, limit, w is null ? reduction : Reduction.None);
            if (w is not null) result *= w;
            if (w is not null && reduction != Reduction.None) result = reduction == Reduction.Mean ? result.sum() / w.sum() : result.sum();
            var upstream = reduction == Reduction.None
                ? (0.5 + arange(result.numel(), dtype: ScalarType.Float64) % 3).to(type).reshape(result.shape)
                : ones_like(result);
            var node = GradFn(result);
            result.backward([upstream]);
            lines.Add("{" + $"\"name\":\"{about}\",\"dtype\":\"{type.ToString().ToLowerInvariant()}\"," +
                $"\"reduction\":\"{reduction.ToString().ToLowerInvariant()}\",\"node\":\"{node}\"," +
                (option.Length == 0 ? "" : $"\"{option}\":{Number(limit, ScalarType.Float64)},") + (w is null ? "" : $"\"weight\":{Json(w)},") +
                $"\"input\":{Json(x)},\"target\":{Json(t)},\"value\":{Json(result)},\"gradient\":{Json(x.grad!)},\"targetGradient\":{Json(t.grad!)}" + "}");
        }

        foreach (var shape in shapes)
        {
            var (x, t, w) = (2 * randn(shape, ScalarType.Float64), randn(shape, ScalarType.Float64), rand(shape, ScalarType.Float64));
            foreach (var type in types)
            foreach (var reduction in reductions)
            {
                var about = $"[{string.Join(", ", shape)}]";
                Case(about, type, reduction, x, t);
                if (option.Length == 0) Case(about, type, reduction, x, t, w);
            }
        }
        var edge = double.IsInfinity(limit) || limit == 0 ? 1 : limit;
        double[] at = [0, -0.0, edge, -edge, edge / 2, -edge / 2, 2 * edge, -2 * edge, edge, -edge, 3, -3, 1e-20, -1e-20];
        double[] from = [0, 0, 0, 0, 0, 0, 0, 0, 2 * edge, -2 * edge, 3, -3, 0, 0];
        foreach (var type in types)
        foreach (var reduction in reductions) Case("zeros and limits", type, reduction, tensor(at), tensor(from));
        double[] large = [1e30, -1e30, 1e19, 3e38, -3e38, 1e10, -1e-30, 1e-42], small = [0, 0, -1e19, 1e38, 0, -1e-10, 1e-30, 0];
        foreach (var type in types) Case("large and small", type, Reduction.None, tensor(large), tensor(small));
        if (double.IsInfinity(limit)) continue; // libtorch: infinity minus infinity, at an infinite difference
        double[] odd = [Inf, -Inf, Inf, -Inf, Inf, NaN, 1, 0, 0, 7], other = [0, 0, Inf, -Inf, -Inf, 1, NaN, Inf, -Inf, 7];
        foreach (var type in types) Case("infinities and NaN", type, Reduction.None, tensor(odd), tensor(other));
        foreach (var shape in empty)
        foreach (var reduction in reductions)
            Case($"empty [{string.Join(", ", shape)}]", ScalarType.Float64, reduction, zeros(shape, ScalarType.Float64), zeros(shape, ScalarType.Float64));
    }
    File.WriteAllText(name + ".json", $"{{\"torch\":\"2.10.0\",\n\"cases\":[\n{string.Join(",\n", lines)}\n]}}\n");
}

unsafe string GradFn(Tensor x)
{
    var node = *((delegate* unmanaged<nint, nint*>)gradFnOf)(x.Handle); // a reference to a shared pointer
    var type = ((nint*)*(nint*)node)[-1];                               // in front of the virtual functions
    return Regex.Match(Marshal.PtrToStringUTF8(((nint*)type)[1])!, @"generated\d+(?<name>\w+)E$").Groups["name"].Value;
}

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
