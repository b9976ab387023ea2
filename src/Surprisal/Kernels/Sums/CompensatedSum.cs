using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A sum of doubles that keeps what rounding takes (Knuth, TAOCP 2, 4.2.2) and puts it back at the end, so that a million of them are as exact as two.</summary>
internal struct CompensatedSum
{
    private double sum, lost;

    /// <summary>The sum; where it is infinite or NaN, what was lost is NaN and is left out.</summary>
    public readonly double Value => double.IsFinite(sum) ? sum + lost : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double x)
    {
        var next = sum + x;
        var added = next - sum;
        lost += sum - (next - added) + (x - added);
        sum = next;
    }

    /// <summary>Adds them in eight sums of every eighth, and those one by one.</summary>
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
