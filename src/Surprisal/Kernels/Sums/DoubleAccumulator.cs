using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>A sum in double for each lane of float or double, and of all of them by a fixed tree.</summary>
/// <remarks>Doubles have no wider type: what rounding takes from their sums is summed beside them (Knuth, TAOCP 2, 4.2.2) and put back at the end.</remarks>
internal struct DoubleAccumulator<T> where T : unmanaged
{
    private Lanes<double> low, high; // the lanes' lower and upper half; of doubles the sums and what they lost

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
            Carry(new(block.Value.AsDouble()));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Carry(Lanes<double> x)
    {
        var sum = low + x;
        var added = sum - low;
        high += low - (sum - added) + (x - added);
        low = sum;
    }

    /// <summary>The sums of doubles with what they lost; where they are infinite that is NaN, and is left out.</summary>
    private readonly Lanes<double> Whole
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Lanes<double>.Select(Lanes<double>.Equal(high, high), low + high, low);
    }

    /// <summary>Adds a b in double, with one rounding or none.</summary>
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
            var (x, y) = (new Lanes<double>(a.Value.AsDouble()), new Lanes<double>(b.Value.AsDouble()));
            var product = x * y;
            Carry(product);
            high += Lanes<double>.Fma(x, y, -product);
        }
    }

    /// <summary>total[lane] += block[lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lanes<T> block, Span<double> total)
    {
        ref var to = ref MemoryMarshal.GetReference(total);
        var sum = new DoubleAccumulator<T> { low = Lanes<double>.Load(ref to, 0) };
        if (typeof(T) == typeof(float)) sum.high = Lanes<double>.Load(ref to, Lanes<double>.Count);
        sum.Add(block);
        sum.Store(total);
    }

    /// <summary>Adds the lanes of a sum of doubles to one that carries too, each with what it lost.</summary>
    public readonly void AddTo(ref CompensatedSum total)
    {
        for (var lane = 0; lane < Lanes<double>.Count; lane++)
        {
            total.Add(low.Value[lane]);
            if (double.IsFinite(high.Value[lane])) total.Add(high.Value[lane]); // what an infinite sum lost is NaN
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Sum() => typeof(T) == typeof(double) ? Whole.Sum() : (low + high).Sum();

    /// <summary>Writes the sum of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<double> lanes)
    {
        (typeof(T) == typeof(double) ? Whole : low).Store(ref MemoryMarshal.GetReference(lanes), 0);
        if (typeof(T) == typeof(float)) high.Store(ref MemoryMarshal.GetReference(lanes), Lanes<double>.Count);
    }
}
