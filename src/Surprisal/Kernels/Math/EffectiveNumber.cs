using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// The effective number of n samples, 1 + beta + .. + beta^(n - 1) = (1 - beta^n) / (1 - beta): n at beta = 1, 1 at beta = 0.
/// </summary>
/// <remarks>
/// 1 - beta^n is -expm1(n log1p(beta - 1)): beta - 1 is exact near 1, where subtracting the power from 1 would lose every digit.
/// </remarks>
internal static class EffectiveNumber
{
    public static double Of(long samples, double beta) =>
        -Exponential.Expm1(Vector512.Create(samples * Scalar.Log1p(beta - 1))).ToScalar() / (1 - beta);
}
