using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The same as <see cref="ClassProbabilities"/> for a lane block of columns of tiles [classes, pitch]: each lane is a column.</summary>
internal static class ClassProbabilityColumns
{
    /// <summary>Classes are <paramref name="stride"/> apart in the gradients; the tiles hold the logits, which become exponentials, and the targets.</summary>
    public static void Run<T>(
        in Tile<T> x, in Tile<T> t, int column, int count, in ClassTerms<T> terms, int classes, ReadOnlySpan<double> scales, Span<T> gradient, Span<T> targetGradient, nint stride, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var width = Lanes<T>.Count;
        Span<double> room = stackalloc double[6 * width];
        Sum(x, t, column, count, terms, classes, targetGradient, stride, room);
        Span<T> finished = stackalloc T[4 * width];
        finished.Clear();
        for (var lane = 0; lane < count; lane++)
        {
            var row = new ClassProbabilityFinish(room[lane], room[width + lane], room[2 * width + lane], room[3 * width + lane], room[4 * width + lane], room[5 * width + lane], terms.ZLoss);
            losses[lane] = row.Loss;
            finished[lane] = T.CreateTruncating(row.Factor * scales[lane]);
            finished[width + lane] = row.HasOneLargest ? T.CreateTruncating(row.AtLargest * scales[lane]) : T.PositiveInfinity; // infinity: take the other formula
            finished[2 * width + lane] = T.CreateTruncating(row.LogSum);
            finished[3 * width + lane] = T.CreateTruncating(scales[lane]);
        }
        if (!targetGradient.IsEmpty) Shift(count, terms, classes, finished, targetGradient, stride);
        if (!gradient.IsEmpty) Scale(x, t, column, count, terms, classes, finished, gradient, stride);
    }

    /// <summary>For each lane the largest logit, and the sums of exponentials below 1, of those that are 1, of q below the largest and at it, and of q (m - x).</summary>
    [MethodImpl(Compile.Alone)]
    private static void Sum<T>(in Tile<T> x, in Tile<T> t, int column, int count, in ClassTerms<T> terms, int classes, Span<T> targetGradient, nint stride, Span<double> room)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var logits = ref MemoryMarshal.GetReference(x.Span);
        ref var targets = ref MemoryMarshal.GetReference(t.Span);
        ColumnSums.Max(ref Unsafe.Add(ref logits, column), Lanes<T>.Count, classes, x.Pitch, room);
        var m = Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(room), 0);
        var shape = new Distribution<T>.Shaped(terms, classes);
        var (others, rest, top, cost, ones) = (default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), default(WideSum<T>));
        var one = Lanes<T>.All(T.One);
        for (var c = 0; c < classes; c++)
        {
            var at = c * x.Pitch + column;
            var e = default(Exponentials<T>.Down).Apply(Lanes<T>.Load(ref logits, at), m, out var d);
            var q = shape.At(Lanes<T>.Load(ref targets, at), c);
            e.Store(ref logits, at);
            if (!targetGradient.IsEmpty) (-d).StorePart(ref MemoryMarshal.GetReference(targetGradient), c * stride, count);
            var isOne = Lanes<T>.Equal(e, one);
            ones.Add(Lanes<T>.And(isOne, one));
            others.Add(Lanes<T>.AndNot(e, isOne));
            rest.Add(Lanes<T>.AndNot(q, isOne));
            top.Add(Lanes<T>.And(isOne, q));
            cost.Add(ClassProbabilities.Cost(q, -d, terms.ZeroTimesInfinity));
        }
        others.Store(room[Lanes<T>.Count..]);
        ones.Store(room[(2 * Lanes<T>.Count)..]);
        rest.Store(room[(3 * Lanes<T>.Count)..]);
        top.Store(room[(4 * Lanes<T>.Count)..]);
        cost.Store(room[(5 * Lanes<T>.Count)..]);
    }

    /// <summary>Turns m - x into the gradient of the targets.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Shift<T>(int count, in ClassTerms<T> terms, int classes, ReadOnlySpan<T> finished, Span<T> targetGradient, nint stride) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var to = ref MemoryMarshal.GetReference(targetGradient);
        ref var from = ref MemoryMarshal.GetReference(finished);
        var (logSum, scale) = (Lanes<T>.Load(ref from, 2 * Lanes<T>.Count), Lanes<T>.Load(ref from, 3 * Lanes<T>.Count));
        for (var c = 0; c < classes; c++)
        {
            var weight = Lanes<T>.All(T.CreateTruncating((1 - terms.Smoothing) * terms.WeightOf(c)));
            ((Lanes<T>.LoadPart(ref to, c * stride, count) + logSum) * scale * weight).StorePart(ref to, c * stride, count);
        }
    }

    /// <summary>Turns exponentials into the gradient.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Scale<T>(in Tile<T> x, in Tile<T> t, int column, int count, in ClassTerms<T> terms, int classes, ReadOnlySpan<T> finished, Span<T> gradient, nint stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var logits = ref MemoryMarshal.GetReference(x.Span);
        ref var targets = ref MemoryMarshal.GetReference(t.Span);
        ref var from = ref MemoryMarshal.GetReference(finished);
        var shape = new Distribution<T>.Shaped(terms, classes);
        var (factor, atLargest, scale, one) = (Lanes<T>.Load(ref from, 0), Lanes<T>.Load(ref from, Lanes<T>.Count), Lanes<T>.Load(ref from, 3 * Lanes<T>.Count), Lanes<T>.All(T.One));
        var hasOne = Lanes<T>.Greater(Lanes<T>.All(T.PositiveInfinity), atLargest);
        for (var c = 0; c < classes; c++)
        {
            var at = c * x.Pitch + column;
            var e = Lanes<T>.Load(ref logits, at);
            var g = Lanes<T>.Fma(-shape.At(Lanes<T>.Load(ref targets, at), c), scale, e * factor);
            Lanes<T>.Select(Lanes<T>.And(hasOne, Lanes<T>.Equal(e, one)), atLargest, g).StorePart(ref MemoryMarshal.GetReference(gradient), c * stride, count);
        }
    }
}
