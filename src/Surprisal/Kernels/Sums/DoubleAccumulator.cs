using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>Accumulates lane blocks in double, a sum for each lane, and adds the lanes by a fixed tree.</summary>
/// <remarks>
/// There is no wider type for sums of doubles: these are compensated, with TwoSum's errors summed beside them and added at the end.
/// </remarks>
internal struct DoubleAccumulator<T> where T : unmanaged
{
    /// <summary>How many numbers go to one level: <see cref="EndLevel"/>.</summary>
    public const int Level = 1024;

    // Of floats the sums of the lower and of the upper half of the lanes; of doubles all sums, and their errors.
    private Lanes<double> lower, upperOrError;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Lanes<T> block)
    {
        if (typeof(T) == typeof(float))
        {
            var (lowerHalf, upperHalf) = Vector512.Widen(block.Value.AsSingle());
            lower += new Lanes<double>(lowerHalf);
            upperOrError += new Lanes<double>(upperHalf);
        }
        else
        {
            AddCompensated(new(block.Value.AsDouble()));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddCompensated(Lanes<double> x)
    {
        upperOrError += Lanes<double>.TwoSum(lower, x, out var sum);
        lower = sum;
    }

    /// <summary>The sums of doubles with their errors added; where a sum is infinite its error is NaN and is left out.</summary>
    private readonly Lanes<double> Compensated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Lanes<double>.Select(Lanes<double>.Equal(upperOrError, upperOrError), lower + upperOrError, lower);
    }

    /// <summary>Adds a b: products of floats are exact in double, those of doubles come with their rounding errors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(Lanes<T> a, Lanes<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var (lowerA, upperA) = Vector512.Widen(a.Value.AsSingle());
            var (lowerB, upperB) = Vector512.Widen(b.Value.AsSingle());
            lower = Lanes<double>.Fma(new(lowerA), new(lowerB), lower);
            upperOrError = Lanes<double>.Fma(new(upperA), new(upperB), upperOrError);
        }
        else
        {
            var (x, y) = (new Lanes<double>(a.Value.AsDouble()), new Lanes<double>(b.Value.AsDouble()));
            var product = x * y;
            AddCompensated(product);
            upperOrError += Lanes<double>.Fma(x, y, -product);
        }
    }

    /// <summary>Adds a block to sums in memory: total[lane] += block[lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lanes<T> block, Span<double> total)
    {
        ref var to = ref MemoryMarshal.GetReference(total);
        var sum = new DoubleAccumulator<T> { lower = Lanes<double>.Load(ref to, 0) };
        if (typeof(T) == typeof(float)) sum.upperOrError = Lanes<double>.Load(ref to, Lanes<double>.Count);
        sum.Add(block);
        sum.Store(total);
    }

    /// <summary>
    /// Of floats: ends a level after <paramref name="count"/> of them. The sums of 1,024 floats go to <paramref name="sums"/>, those of
    /// 16,384 to <paramref name="all"/>, so that many processors can share a row, none adds for long, and all have the same bits. Doubles
    /// stay.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndLevel(nint count, ref DoubleAccumulator<T> sums, ref DoubleAccumulator<T> all)
    {
        if (typeof(T) != typeof(float) || count % Level != 0) return;
        sums.Take(ref this);
        if (count % (16 * Level) == 0) all.Take(ref sums);
    }

    /// <summary>The sum of all lanes of three levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Sum(ref DoubleAccumulator<T> sums, ref DoubleAccumulator<T> all)
    {
        if (typeof(T) != typeof(float)) return Sum();
        sums.Take(ref this);
        all.Take(ref sums);
        return all.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(ref DoubleAccumulator<T> other)
    {
        lower += other.lower;
        upperOrError += other.upperOrError;
        other = default;
    }

    /// <summary>Adds the lanes of an accumulator of doubles, and their errors, to a compensated sum.</summary>
    public readonly void AddTo(ref CompensatedSum total)
    {
        for (var lane = 0; lane < Lanes<double>.Count; lane++)
        {
            total.Add(lower.Value[lane]);
            if (double.IsFinite(upperOrError.Value[lane])) total.Add(upperOrError.Value[lane]); // the error of an infinite sum is NaN
        }
    }

    /// <summary>The sum of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Sum() => typeof(T) == typeof(double) ? Compensated.Sum() : (lower + upperOrError).Sum();

    /// <summary>Stores the sum of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<double> lanes)
    {
        (typeof(T) == typeof(double) ? Compensated : lower).Store(ref MemoryMarshal.GetReference(lanes), 0);
        if (typeof(T) == typeof(float)) upperOrError.Store(ref MemoryMarshal.GetReference(lanes), Lanes<double>.Count);
    }
}
