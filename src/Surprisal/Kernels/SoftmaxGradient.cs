using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The gradient of softmax and of log-softmax, from the output y and its gradient g, over blocks [along, inner].</summary>
/// <remarks>
/// softmax: dx = y (g - sum g y); log-softmax: dx = g - exp(y) sum g. The sums are in double, a column a lane.
/// Two passes over memory; dx may be y or g, for each row is summed before it is written.
/// </remarks>
internal static class SoftmaxGradient
{
    public static void Along<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int inner, Span<T> dx, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = along * inner;
        for (var start = 0; start < y.Length; start += size)
        {
            if (inner == 1) Row(y.Slice(start, size), g.Slice(start, size), dx.Slice(start, size), log);
            else Columns(y.Slice(start, size), g.Slice(start, size), along, inner, dx.Slice(start, size), log);
        }
    }

    private static void Row<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, Span<T> dx, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var output = ref MemoryMarshal.GetReference(y);
        ref var upstream = ref MemoryMarshal.GetReference(g);
        var sum = default(WideSum<T>);
        for (var i = 0; i < y.Length; i += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, y.Length - i);
            Add(Lanes<T>.LoadPart(ref output, i, count), Lanes<T>.LoadPart(ref upstream, i, count), log, ref sum);
        }
        Elementwise.Map(y, g, dx, new Formula<T>(Lanes<T>.All(T.CreateTruncating(sum.Sum())), log));
    }

    private static void Columns<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int inner, Span<T> dx, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[Lanes<float>.Count];
        Span<T> totals = stackalloc T[Lanes<T>.Count];
        ref var output = ref MemoryMarshal.GetReference(y);
        ref var upstream = ref MemoryMarshal.GetReference(g);
        ref var to = ref MemoryMarshal.GetReference(dx);
        for (var column = 0; column < inner; column += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, inner - column);
            var sum = default(WideSum<T>);
            for (var i = (nint)column; i < y.Length; i += inner)
                Add(Lanes<T>.LoadPart(ref output, i, count), Lanes<T>.LoadPart(ref upstream, i, count), log, ref sum);
            sum.Store(sums);
            for (var lane = 0; lane < totals.Length; lane++) totals[lane] = T.CreateTruncating(sums[lane]);
            var formula = new Formula<T>(Lanes<T>.Load(ref MemoryMarshal.GetReference(totals), 0), log);
            for (var i = (nint)column; i < along * inner; i += inner)
                formula.Apply(Lanes<T>.LoadPart(ref output, i, count), Lanes<T>.LoadPart(ref upstream, i, count)).StorePart(ref to, i, count);
        }
    }

    /// <summary>Adds one block's g y, or g for the logarithm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(Lanes<T> y, Lanes<T> g, bool log, ref WideSum<T> sum) where T : unmanaged
    {
        if (log) sum.Add(g);
        else sum.AddProduct(y, g);
    }

    private readonly struct Formula<T>(Lanes<T> total, bool log) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => log ? Lanes<T>.Fma(-y.Exp(), total, g) : y * (g - total);
    }
}
