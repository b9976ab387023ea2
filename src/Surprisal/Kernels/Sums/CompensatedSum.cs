using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// A compensated sum of doubles: TwoSum's errors (Knuth, TAOCP 2, 4.2.2) are summed beside it and added at the end, so that a million terms
/// are as exact as two.
/// </summary>
internal struct CompensatedSum
{
    private double sum, error;

    /// <summary>The sum; where that is infinite or NaN, the error is NaN and is left out.</summary>
    public readonly double Value => double.IsFinite(sum) ? sum + error : sum;

    /// <summary>Adds x, as <see cref="Lanes{T}.TwoSum"/> does in lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double x)
    {
        var next = sum + x;
        var roundedX = next - sum;
        error += sum - (next - roundedX) + (x - roundedX);
        sum = next;
    }

    /// <summary>Adds the values in eight sums of every eighth, then those one by one.</summary>
    [MethodImpl(Compile.Separately)]
    public void Add(ReadOnlySpan<double> values)
    {
        ref var from = ref MemoryMarshal.GetReference(values);
        var (lanes, i) = (default(DoubleAccumulator<double>), 0);
        for (; i <= values.Length - Lanes<double>.Count; i += Lanes<double>.Count) lanes.Add(Lanes<double>.Load(ref from, i));
        if (i > 0) lanes.AddTo(ref this);
        for (; i < values.Length; i++) Add(values[i]);
    }
}
