namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>The identity: n rows and m columns, 1 on the diagonal and 0 elsewhere.</summary>
    /// <param name="n">The rows, at least 0.</param>
    /// <param name="m">The columns, at least 0; null, the default, for as many as there are rows.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it. Default false.</param>
    /// <exception cref="ArgumentException">A negative number.</exception>
    public static Tensor<T> Eye<T>(int n, int? m = null, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        if (n < 0) throw new ArgumentException($"n must be greater or equal to 0, got {n}", nameof(n));
        if (m < 0) throw new ArgumentException($"m must be greater or equal to 0, got {m}", nameof(m));
        var columns = m ?? n;
        var result = Zeros<T>([n, columns]);
        for (var i = 0; i < Math.Min(n, columns); i++) result.Span[i * columns + i] = T.One;
        return result.WithGrad(requiresGrad);
    }
}
