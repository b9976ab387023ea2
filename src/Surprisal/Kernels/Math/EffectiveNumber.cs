using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>The effective number of n samples, 1 + b + b^2 + .. + b^(n - 1) = (1 - b^n) / (1 - b): n at b = 1, 1 at b = 0.</summary>
/// <remarks>1 - b^n is -expm1(n log1p(b - 1)): b - 1 is exact near 1, where subtracting the power from 1 would lose every digit.</remarks>
internal static class EffectiveNumber
{
    public static double Of(long samples, double b) =>
        -Exponential.Expm1(Vector512.Create(samples * Scalar.Log1p(b - 1))).ToScalar() / (1 - b);
}
