namespace Surprisal.Kernels;

/// <summary>
/// Root-mean-square normalisation of a row x [Width] -> y = x r weight with r = 1 / sqrt(mean(x^2) + epsilon), the mean in double.
/// </summary>
internal static class RmsNorm
{
    /// <summary>Writes a row of y; returns r. No weight: empty.</summary>
    public static double Normalize<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, double epsilon, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        var r = 1 / Math.Sqrt(Reductions.SumAndProducts(x, x, T.Zero).Products / x.Length + epsilon);
        Elementwise.Map<T, Formulas<T>.Multiply>(x, T.CreateTruncating(r), y, default);
        if (!weight.IsEmpty) Elementwise.Map<T, Formulas<T>.Multiply>(y, weight, y, default);
        return r;
    }

    /// <summary>Writes a row of dx = r (a - x r^2 mean(a x)) with a = g weight.</summary>
    public static void InputGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<T> weight, double r, Span<T> dx)
        where T : unmanaged, INumberBase<T>
    {
        using var scratch = new Scratch<T>(weight.IsEmpty ? 0 : x.Length);
        if (!weight.IsEmpty) Elementwise.Map<T, Formulas<T>.Multiply>(g, weight, scratch.Span, default);
        var a = weight.IsEmpty ? g : scratch.Span;
        var pull = r * r * r * (Reductions.SumAndProducts(a, x, T.Zero).Products / x.Length);
        Elementwise.Map(a, x, dx, new Formula<T>(T.CreateTruncating(r), T.CreateTruncating(pull)));
    }

    /// <summary>r a - pull x.</summary>
    private readonly struct Formula<T>(T r, T pull) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> a, Lanes<T> x) => Lanes<T>.Fma(-Lanes<T>.All(pull), x, a * Lanes<T>.All(r));
    }
}
