using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <content>log1p: log(u) with u = 1 + x, to which the rounding error of u is added back as error / u, the error times log's
/// derivative.</content>
internal static partial class Logarithm
{
    /// <summary>log(1 + x), within 0.834 ulp for every float (docs/accuracy.md, AccuracyTests); -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var u = one + x;
        var error = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = LogOfNormal(u, Vector512<float>.Zero, error / u);
        var isFixedPoint = Vector512.Equals(x, Vector512<float>.Zero) | Vector512.Equals(x, Vector512.Create(float.PositiveInfinity));
        y = Vector512.ConditionalSelect(isFixedPoint, x, y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, -one), Vector512.Create(float.NegativeInfinity), y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, -one), y, Vector512.Create(float.NaN));
    }

    /// <summary>log(1 + x), within 1e-15 relatively at the points of LogarithmTests; -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var one = Vector512.Create(1.0);
        var u = one + x;
        var error = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = LogOfNormal(u, Vector512<double>.Zero, error / u);
        var isFixedPoint = Vector512.Equals(x, Vector512<double>.Zero) | Vector512.Equals(x, Vector512.Create(double.PositiveInfinity));
        y = Vector512.ConditionalSelect(isFixedPoint, x, y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, -one), Vector512.Create(double.NegativeInfinity), y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, -one), y, Vector512.Create(double.NaN));
    }
}
