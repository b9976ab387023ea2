using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Huber's loss: d^2 / 2 up to |d| = delta, then the line delta (|d| - delta / 2) with the same slope.</summary>
/// <remarks>The slope is d, then delta with the sign of d; NaN stays in the quadratic part. d is halved before it is squared.</remarks>
internal readonly struct Huber(double delta) : IDifference
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
    {
        var (abs, limit) = (d.Abs(), Lanes<double>.All(delta));
        var linear = Lanes<double>.Greater(abs, limit);
        loss = Lanes<double>.Select(linear, limit * (abs - Lanes<double>.All(delta / 2)), d * Lanes<double>.All(0.5) * d);
        slope = Lanes<double>.Select(linear, Lanes<double>.Select(Lanes<double>.Greater(d, Lanes<double>.Zero), limit, -limit), d);
    }
}
