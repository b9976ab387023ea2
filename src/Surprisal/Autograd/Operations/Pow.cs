using Surprisal.Kernels;

namespace Surprisal;

public static partial class Operations
{
    /// <summary>Each element to a fixed power. Whole exponents multiply, so negative bases are fine there; other powers of negatives are NaN.</summary>
    public static Tensor<T> Pow<T>(this Tensor<T> x, double exponent) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = Tensor.Uninitialized<T>(x.Shape);
        for (var i = 0; i < y.Length; i++) y.Span[i] = T.CreateTruncating(Scalar.Pow(double.CreateTruncating(x.Span[i]), exponent));
        return y.Record("PowBackward0", [x], x.Receives(g => exponent == 0 ? Tensor.Zeros<T>(x.Shape) : g * (x.Pow(exponent - 1) * T.CreateTruncating(exponent))));
    }
}
