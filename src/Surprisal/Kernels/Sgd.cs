using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>One step of gradient descent: g += decay p; v = momentum v + g; p -= rate (v, or g + momentum v with Nesterov). One pass.</summary>
internal static class Sgd
{
    public static void Step(Span<float> p, ReadOnlySpan<float> g, Span<float> velocity, float rate, float momentum, float decay, bool nesterov)
    {
        ref var parameter = ref MemoryMarshal.GetReference(p);
        ref var gradient = ref MemoryMarshal.GetReference(g);
        ref var memory = ref MemoryMarshal.GetReference(velocity);
        for (var i = 0; i < p.Length; i += Lanes<float>.Count)
        {
            var count = Math.Min(Lanes<float>.Count, p.Length - i);
            var x = Lanes<float>.LoadPart(ref parameter, i, count);
            var step = Lanes<float>.Fma(x, Lanes<float>.All(decay), Lanes<float>.LoadPart(ref gradient, i, count));
            if (!velocity.IsEmpty)
            {
                var v = Lanes<float>.Fma(Lanes<float>.LoadPart(ref memory, i, count), Lanes<float>.All(momentum), step);
                v.StorePart(ref memory, i, count);
                step = nesterov ? Lanes<float>.Fma(v, Lanes<float>.All(momentum), step) : v;
            }
            Lanes<float>.Fma(step, Lanes<float>.All(-rate), x).StorePart(ref parameter, i, count);
        }
    }
}
