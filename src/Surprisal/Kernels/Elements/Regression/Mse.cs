using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Squared error: d^2.</summary>
/// <remarks>
/// The slope here is d, half of it: whoever evaluates this doubles the scale, as PyTorch does. 2 d may exceed the largest double where the
/// gradient of a mean does not.
/// </remarks>
internal readonly struct Mse : IDifference
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
    {
        loss = d * d;
        slope = d;
    }
}
