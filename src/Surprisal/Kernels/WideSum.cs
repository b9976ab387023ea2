using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>A sum in double for each lane of float or double, and of all of them by a fixed tree.</summary>
internal struct WideSum<T> where T : unmanaged
{
    private Lanes<double> low, high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Lanes<T> block)
    {
        if (typeof(T) == typeof(float))
        {
            var (lower, upper) = Vector512.Widen(block.Value.AsSingle());
            low += new Lanes<double>(lower);
            high += new Lanes<double>(upper);
        }
        else
        {
            low += new Lanes<double>(block.Value.AsDouble());
        }
    }

    /// <summary>Adds a b in double, with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(Lanes<T> a, Lanes<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var (lowA, highA) = Vector512.Widen(a.Value.AsSingle());
            var (lowB, highB) = Vector512.Widen(b.Value.AsSingle());
            low = Lanes<double>.Fma(new(lowA), new(lowB), low);
            high = Lanes<double>.Fma(new(highA), new(highB), high);
        }
        else
        {
            low = Lanes<double>.Fma(new(a.Value.AsDouble()), new(b.Value.AsDouble()), low);
        }
    }

    /// <summary>The sum of one lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Of(int lane) => lane < Lanes<double>.Count ? low.Value[lane] : high.Value[lane - Lanes<double>.Count];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Sum() => (low + high).Sum();

    /// <summary>Writes the sum of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<double> lanes)
    {
        low.Store(ref MemoryMarshal.GetReference(lanes), 0);
        if (typeof(T) == typeof(float)) high.Store(ref MemoryMarshal.GetReference(lanes), Lanes<double>.Count);
    }
}
