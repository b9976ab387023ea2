using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>Reductions and functions along a dimension, in one floating type.</summary>
internal static class Reductions<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private delegate Tensor<T> OverDims(Tensor<T> x, ReadOnlySpan<int> dims, bool keepDim);

    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("TensorExtensions.Sum", static draw => Reduce(draw, "Sum", static x => x.Sum(), static (x, dim, keep) => x.Sum(dim, keep),
            static (x, dims, keep) => x.Sum(dims, keep), static (x, dims, keep) => dims is null ? x.sum() : x.sum(dims, keep))),
        Case.Of<T>("TensorExtensions.Mean", static draw => Reduce(draw, "Mean", static x => x.Mean(), static (x, dim, keep) => x.Mean(dim, keep),
            static (x, dims, keep) => x.Mean(dims, keep), static (x, dims, keep) => dims is null ? x.mean() : x.mean(dims, keep))),
        Case.Of<T>("TensorExtensions.Var", static draw => Spread(draw, "Var", static (x, c) => x.Var(c), static (x, dims, c, keep) => x.Var(dims, c, keep),
            static x => x)),
        Case.Of<T>("TensorExtensions.Std", static draw => Spread(draw, "Std", static (x, c) => x.Std(c), static (x, dims, c, keep) => x.Std(dims, c, keep),
            Root)),
        Case.Of<T>("TensorExtensions.Norm", Norm),
        Case.Of<T>("TensorExtensions.CumSum", static draw => Along(draw, "CumSum", static (x, dim) => x.CumSum(dim), static (x, dim) => x.cumsum(dim))),
        Case.Of<T>("TensorExtensions.Softmax", static draw => Along(draw, "Softmax", static (x, dim) => x.Softmax(dim), static (x, dim) => x.softmax(dim))),
        Case.Of<T>("Functional.Softmax", static draw => Along(draw, "Softmax", Functional.Softmax, static (x, dim) => x.softmax(dim))),
        Case.Of<T>("TensorExtensions.LogSoftmax",
            static draw => Along(draw, "LogSoftmax", static (x, dim) => x.LogSoftmax(dim), static (x, dim) => torch.nn.functional.log_softmax(x, dim))),
        Case.Of<T>("Functional.LogSoftmax",
            static draw => Along(draw, "LogSoftmax", Functional.LogSoftmax, static (x, dim) => torch.nn.functional.log_softmax(x, dim))),
        Case.Of<T>("TensorExtensions.Softmin",
            static draw => Along(draw, "Softmin", static (x, dim) => x.Softmin(dim), static (x, dim) => torch.nn.functional.softmin(x, dim))),
        Case.Of<T>("Functional.Softmin",
            static draw => Along(draw, "Softmin", Functional.Softmin, static (x, dim) => torch.nn.functional.softmin(x, dim))),
        Case.Of<T>("TensorExtensions.LogSumExp", static draw => LogSumExp(draw, static (x, dim, keep) => x.LogSumExp(dim, keep))),
        Case.Of<T>("Functional.LogSumExp", static draw => LogSumExp(draw, Functional.LogSumExp)),
    ];

    private static CallOfT<T> Along(Draw draw, string name, Func<Tensor<T>, int, Tensor<T>> ours, Func<torch.Tensor, int, torch.Tensor> theirs)
    {
        var shape = draw.Shape();
        var dim = draw.Dim(shape.Length);
        return new CallOfT<T>
        {
            Text = $"a.{name}({dim})", Inputs = [draw.Tensor<T>(shape)], Slack = 4,
            Surprisal = t => [ours(t[0], dim)], Torch = t => [theirs(t[0], dim)],
        };
    }

    private static CallOfT<T> LogSumExp(Draw draw, Func<Tensor<T>, int, bool, Tensor<T>> ours)
    {
        var shape = draw.Shape();
        var (dim, keep) = (draw.Dim(shape.Length), draw.Coin());
        return new CallOfT<T>
        {
            Text = $"a.LogSumExp({dim}, {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [ours(t[0], dim, keep)], Torch = t => [t[0].logsumexp(dim, keep)],
            Decisions =
            [
                new("logsumexp: the gradient in float32", t =>
                {
                    var y = t[0].logsumexp(dim, keep).detach();
                    var exact = (t[0] * t[0].softmax(dim).detach()).sum([dim], keep);
                    return [y + (exact - exact.detach()).nan_to_num(0)];
                }),
            ],
        };
    }

    private static CallOfT<T> Reduce(
        Draw draw,
        string name,
        Func<Tensor<T>, Tensor<T>> ours,
        Func<Tensor<T>, int, bool, Tensor<T>> overOne,
        OverDims overDims,
        Func<torch.Tensor, long[]?, bool, torch.Tensor> theirs)
    {
        var (dims, keep, shape, number) = Dimensions(draw);
        return new CallOfT<T>
        {
            Text = dims is null ? $"a.{name}()" : $"a.{name}([{string.Join(", ", dims)}], {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [dims is null ? ours(t[0]) : dims is [var dim] && number ? overOne(t[0], dim, keep) : overDims(t[0], dims, keep)],
            Torch = t => [theirs(t[0], dims is null ? null : [.. dims.Select(static dim => (long)dim)], keep)],
        };
    }

    /// <summary>The dimensions, null for all; whether they are kept; the shape; whether a single one is given as a number.</summary>
    private static (int[]? Dims, bool Keep, int[] Shape, bool Number) Dimensions(Draw draw)
    {
        var shape = draw.Shape();
        return draw.Chance(3) ? (null, false, shape, false) : (draw.Dims(shape.Length), draw.Coin(), shape, draw.Coin());
    }

    private static CallOfT<T> Spread(
        Draw draw, string name, Func<Tensor<T>, double, Tensor<T>> ours, Func<Tensor<T>, int[], double, bool, Tensor<T>> overDims,
        Func<torch.Tensor, torch.Tensor> root)
    {
        var (dims, keep, shape, _) = Dimensions(draw);
        var correction = draw.Of(1, 0, 2, 0.5);
        if (shape.Length == 0) dims = null; // whose dimensions PyTorch does not look at here
        var axes = dims is { Length: > 0 } && shape.Length > 0 ? dims : [.. Enumerable.Range(0, shape.Length)];
        long[] wide = [.. axes.Select(static dim => (long)dim)];
        var count = axes.Aggregate(1, (product, dim) => product * (dim >= -shape.Length && dim < shape.Length ? shape[dim < 0 ? dim + shape.Length : dim] : 1));
        if (count <= correction) correction = 1; // which PyTorch has itself
        return new CallOfT<T>
        {
            Text = dims is null ? $"a.{name}({correction})" : $"a.{name}([{string.Join(", ", dims)}], {correction}, {keep})",
            Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [dims is null ? ours(t[0], correction) : overDims(t[0], dims, correction, keep)],
            Torch = t => correction is 0 or 1 && count > 1 // of fewer its own warns every time
                ? [(name, dims) switch
                {
                    ("Var", null) => t[0].var(correction == 1),
                    ("Var", _) => t[0].var(wide.Length > 0 ? wide : [0L], correction == 1, keep),
                    (_, null) => t[0].std(correction == 1),
                    _ => t[0].std(wide.Length > 0 ? wide : [0L], correction == 1, keep),
                }]
                : [root(ByFormula(t[0]))],
            Decisions =
            [
                new("var: a correction as large as the count or larger", t => [root(ByFormula(t[0]))]),
            ],
        };

        torch.Tensor ByFormula(torch.Tensor x)
        {
            var flat = shape.Length == 0 ? x.reshape(1) : x;
            var over = wide.Length == 0 ? [0L] : wide;
            var (count, mean) = (1L, flat.mean(over, true));
            foreach (var dim in over) count *= flat.shape[dim < 0 ? dim + flat.dim() : dim];
            var centred = flat - mean.detach(); // whose gradient adds up to 0
            // The divisor is never below 0, but the gradient's is count - correction.
            var value = (centred * centred).sum(over, keep && dims is not null) / Math.Max(count - correction, 0);
            var slope = (2 / (count - correction) * centred.detach() * flat).sum(over, keep && dims is not null);
            var result = count > correction ? value : value.detach() + slope - slope.detach();
            return shape.Length == 0 ? result.reshape([]) : result;
        }
    }

    /// <summary>The root, with a gradient of 0 at 0.</summary>
    private static torch.Tensor Root(torch.Tensor variance) => torch.where(variance.eq(0), 0 * variance, torch.where(variance.eq(0), 1, variance).sqrt());

    private static CallOfT<T> Norm(Draw draw)
    {
        var (dims, keep, shape, number) = Dimensions(draw);
        double p = draw.Of(2, 1, 0, double.PositiveInfinity, double.NegativeInfinity, 3, 0.5, -1, 2.5, 4);
        return new CallOfT<T>
        {
            Text = dims is null ? $"a.Norm({p})" : $"a.Norm({p}, [{string.Join(", ", dims)}], {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [dims is null ? t[0].Norm(p) : dims is [var dim] && number ? t[0].Norm(p, dim, keep) : t[0].Norm(p, dims, keep)],
            Torch = t => [OfTorch(t[0])],
            Decisions = p == 0 || double.IsInfinity(p) ? [] :
            [
                new("norm: elements whose powers overflow", t =>
                {
                    long[] over = [.. (dims is { Length: > 0 } ? dims : Enumerable.Range(0, shape.Length)).Select(static dim => (long)dim)];
                    var sizes = p > 0 ? torch.where(t[0].isfinite(), t[0].abs().detach(), torch.zeros([], t[0].dtype)) : t[0].abs().detach();
                    var largest = shape.Length == 0 ? sizes : p > 0 ? sizes.amax(over, true) : sizes.amin(over, true);
                    var scale = torch.where(largest.isfinite().logical_and(largest.gt(0)), largest, torch.ones([], t[0].dtype));
                    var norm = torch.linalg.vector_norm(t[0] / scale, p, shape.Length == 0 ? null : over, shape.Length > 0) * scale;
                    return [keep || shape.Length == 0 ? norm : norm.reshape(OfTorch(t[0]).shape)];
                }),
            ],
        };

        torch.Tensor OfTorch(torch.Tensor x) => torch.linalg.vector_norm(x, p, dims is null ? null : [.. dims.Select(static dim => (long)dim)], keep);
    }
}
