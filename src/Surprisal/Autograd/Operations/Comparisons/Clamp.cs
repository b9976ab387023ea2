using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// min(max(x, <paramref name="min"/>), <paramref name="max"/>): each element moved to the nearer bound where it is outside.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="min">The lower bound; null, the default, is none. A NaN makes all NaN.</param>
    /// <param name="max">The upper bound, which wins where it is below the lower; null, the default, is none. A NaN makes all NaN.</param>
    /// <remarks>NaN stays. The gradient is g where min &lt;= x &lt;= max, the bounds included, and 0 elsewhere and at NaN.</remarks>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([-2, 0.5f, 3]);
    /// Console.WriteLine(x.Clamp(0, 1));           // tensor([0.0000, 0.5000, 1.0000])
    /// Console.WriteLine(x.Clamp(min: 0));         // tensor([0.0000, 0.5000, 3.0000])
    /// </code></example>
    /// <exception cref="ArgumentException">No bound.</exception>
    public static Tensor<T> Clamp<T>(this Tensor<T> x, T? min = null, T? max = null) where T : unmanaged, INumber<T>
    {
        if (min is null && max is null) throw NoBound(nameof(min));
        (float? low, float? high) = (min is { } l ? float.CreateTruncating(l) : null, max is { } h ? float.CreateTruncating(h) : null);
        return x.Map(new Formulas<T>.Clamp(min, max), new Formulas<float>.Clamp(low, high)).Record("ClampBackward1", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, new Formulas<T>.ClampGradient(min, max), new Formulas<float>.ClampGradient(low, high))));
    }

    /// <summary>The same with a bound for each element; all shapes broadcast.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="min">The lower bounds; null, the default, is none.</param>
    /// <param name="max">The upper bounds, which win where they are below the lower; null, the default, is none.</param>
    /// <remarks>
    /// NaN anywhere gives NaN. The gradient goes to x where min &lt;= x &lt;= max, the bounds included; to min where x &lt; min &lt; max;
    /// to
    /// max where x &gt; max or max &lt; min. So where min = max &gt; x nobody gets it.
    /// </remarks>
    /// <exception cref="ArgumentException">No bound, or shapes that do not broadcast.</exception>
    public static Tensor<T> Clamp<T>(this Tensor<T> x, Tensor<T>? min = null, Tensor<T>? max = null) where T : unmanaged, INumber<T>
    {
        if (min is null && max is null) throw NoBound(nameof(min));
        var y = x;
        if (min is not null) y = Broadcasting.Map(y, min, default(Formulas<T>.Maximum), default(Formulas<float>.Maximum), nameof(min));
        if (max is not null) y = Broadcasting.Map(y, max, default(Formulas<T>.Minimum), default(Formulas<float>.Minimum), nameof(max));
        return y.Record("ClampBackward0", [x, min, max],
            x.MakeEdge(g => Where(g, And(min is null ? null : x.GreaterEqual(min), max is null ? null : x.LessEqual(max)), x)),
            min?.MakeEdge(g => Where(g, And(x.Less(min), max is null ? null : min.Less(max)), min)),
            max?.MakeEdge(g => Where(g, min is null ? x.Greater(max) : x.Greater(max) + max.Less(min), max)));

        static Tensor<byte> And(Tensor<byte>? a, Tensor<byte>? b) => a is null ? b! : b is null ? a : a * b;
        static Tensor<T> Where(Tensor<T> g, Tensor<byte> mask, Tensor<T> to) =>
            Broadcasting.Select(mask, g, Tensor.Scalar(T.Zero)).SumTo(to.Shape);
    }

    private static ArgumentException NoBound(string name) => new("torch.clamp: At least one of 'min' or 'max' must not be None", name);
}
