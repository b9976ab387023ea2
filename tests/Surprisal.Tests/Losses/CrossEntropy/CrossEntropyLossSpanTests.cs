using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Question 7: does Evaluate allocate nothing? And what else its spans promise: in place, any integer, any thread.</summary>
public sealed class CrossEntropyLossSpanTests
{
    private static readonly int[][] Shapes = [[19], [5, 37], [3, 7, 21], [2, 5, 3, 4]];

    private static readonly CrossEntropyLoss[] Options =
    [
        new(),
        new() { Reduction = Reduction.Sum, LabelSmoothing = 0.1 },
        new() { Reduction = Reduction.None, IgnoreIndex = 3 },
    ];

    [Fact]
    public void EvaluateAllocatesNothing()
    {
        foreach (var shape in Shapes)
        foreach (var option in Options)
        {
            var loss = option with { Weight = CrossEntropyReference.Weights(1, shape[shape.Length == 1 ? 0 : 1]) };
            Assert.Equal(0, Allocated<float>(loss, shape));
            Assert.Equal(0, Allocated<double>(loss, shape));
        }
    }

    private static long Allocated<T>(CrossEntropyLoss loss, int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (drawn, indices) = CrossEntropyReference.Draw(1, shape, loss.IgnoreIndex);
        nint[] samples = shape.Length == 1 ? [1] : [shape[0], .. Evaluated<T>.Lengths(shape)[2..]];
        var logits = new ReadOnlyTensorSpan<T>(Array.ConvertAll(drawn, static v => T.CreateTruncating(v)), Evaluated<T>.Lengths(shape));
        var targets = new ReadOnlyTensorSpan<long>(indices, samples);
        var gradient = new TensorSpan<T>(new T[drawn.Length], Evaluated<T>.Lengths(shape));
        var losses = new TensorSpan<T>(new T[indices.Length], samples);
        var before = 0L;
        for (var i = 0; i < 3; i++) // the first rounds load the code
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(logits, targets);
            loss.Evaluate(logits, targets, gradient);
            loss.Evaluate(logits, targets, gradient, losses);
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void TheGradientMayOverwriteTheLogits() => ForAll<float>((loss, logits, shape, targets, expected) =>
    {
        var (memory, lengths) = (logits.ToArray(), Evaluated<float>.Lengths(shape));
        var value = loss.Evaluate(new ReadOnlyTensorSpan<float>(memory, lengths), Targets(targets, shape), new TensorSpan<float>(memory, lengths));
        Assert.Equal(expected.Value, value);
        Assert.Equal(expected.Gradient, memory);
    });

    [Fact]
    public void EveryOverloadHasTheSameBits() => ForAll<double>((loss, logits, shape, targets, expected) =>
    {
        var lengths = Evaluated<double>.Lengths(shape);
        var (gradient, losses) = (new double[logits.Length], new double[targets.Length]);
        var span = new ReadOnlyTensorSpan<double>(logits, lengths);
        Assert.Equal(expected.Value, loss.Evaluate(span, Targets(targets, shape)));
        Assert.Equal(expected.Value, loss.Evaluate(span, Targets(targets, shape), new TensorSpan<double>(gradient, lengths)));
        Assert.Equal(expected.Value, loss.Evaluate(span, Targets(targets, shape), default, new TensorSpan<double>(losses, Targets(targets, shape).Lengths)));
        Assert.Equal(expected.Gradient, gradient);
        Assert.Equal(expected.Losses, losses);
    });

    [Fact]
    public void ReadingLeavesLogitsAndTargetsAlone() => ForAll<float>((loss, logits, shape, targets, _) =>
    {
        var (before, indices) = (logits.ToArray(), targets.ToArray());
        Evaluated<float>.Of(loss, logits, shape, targets);
        Assert.Equal(before, logits);
        Assert.Equal(indices, targets);
    });

    [Fact]
    public void NothingIsReadOrWrittenBesideTheSpans() => ForAll<float>((loss, logits, shape, targets, expected) =>
    {
        const int Margin = 40;
        float[] Framed(float[] inside) => [.. Enumerable.Repeat(float.NaN, Margin), .. inside, .. Enumerable.Repeat(float.NaN, Margin)];
        var (memory, gradient, lengths) = (Framed(logits), Framed(new float[logits.Length]), Evaluated<float>.Lengths(shape));
        loss.Evaluate(new ReadOnlyTensorSpan<float>(memory.AsSpan(Margin, logits.Length), lengths), Targets(targets, shape),
            new TensorSpan<float>(gradient.AsSpan(Margin, logits.Length), lengths));
        Assert.Equal(Framed(expected.Gradient), gradient);
    });

    [Fact]
    public void ASliceOfWholeSamplesIsDense()
    {
        var (logits, targets) = CrossEntropyReference.Draw(3, [5, 4], -100);
        var expected = Evaluated<double>.Of(new CrossEntropyLoss(), logits[4..12], [2, 4], targets[1..3]);
        var slice = new ReadOnlyTensorSpan<double>(logits, [5, 4]).Slice([1..3, Range.All]);
        Assert.Equal(expected.Value, new CrossEntropyLoss().Evaluate(slice, new ReadOnlyTensorSpan<long>(targets, [5]).Slice([1..3])));
    }

    [Fact]
    public void AnyIntegerTypeOfTargetHasTheSameBits() => ForAll<float>((loss, logits, shape, targets, expected) =>
    {
        void Same<TTarget>() where TTarget : unmanaged, IBinaryInteger<TTarget>
        {
            var result = Evaluated<float>.Of(loss, logits, shape, Array.ConvertAll(targets, static t => TTarget.CreateChecked(t)));
            Assert.Equal(expected.Value, result.Value);
            Assert.Equal(expected.Gradient, result.Gradient);
            Assert.Equal(expected.Losses, result.Losses);
        }
        Same<int>();
        Same<short>();
        Same<sbyte>();
        if (loss.IgnoreIndex < 0 && targets.Contains(loss.IgnoreIndex)) return; // no unsigned target is negative
        Same<byte>();
        Same<ushort>();
        Same<uint>();
        Same<ulong>();
    });

    [Fact]
    public void AByteIsItsValueSoThatTheDefaultNeverIgnoresIt()
    {
        // -100 as a byte would be 156.
        var byValue = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Evaluated<float>.Of(new CrossEntropyLoss(), new float[6], [2, 3], new byte[] { 0, 156 }));
        Assert.Equal("targets[1] = 156 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'targets')", byValue.Message);
        Assert.Equal(Math.Log(3), Evaluated<float>.Of(new CrossEntropyLoss { IgnoreIndex = 255 }, new float[6], [2, 3], new byte[] { 0, 255 }).Value, 1e-7);
        var huge = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Evaluated<float>.Of(new CrossEntropyLoss(), new float[6], [2, 3], new ulong[] { 0, ulong.MaxValue - 99 }));
        Assert.Equal("targets[1] = 18446744073709551516 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'targets')", huge.Message);
    }

    [Fact]
    public void AULongBeyondLongIsAWrongLabelAndNeverTheIgnoredOne()
    {
        foreach (var weight in new ClassWeights?[] { null, [1, 2, 3] })
        foreach (var shape in new int[][] { [2, 3], [1, 3, 2] })
        {
            var loss = new CrossEntropyLoss { IgnoreIndex = long.MaxValue, Weight = weight };
            var said = Assert.Throws<ArgumentOutOfRangeException>(() =>
                Evaluated<double>.Of(loss, new double[6], shape, new ulong[] { 1, (1UL << 63) + 2 })).Message;
            Assert.Equal($"targets[{(shape.Length == 2 ? "1" : "0, 1")}] = 9223372036854775810 is out of bounds: " +
                "classes are 0..2 and ignore_index is 9223372036854775807. (Parameter 'targets')", said);
            Assert.Equal(0, Evaluated<double>.Of(loss, new double[6], shape, new ulong[] { 1, long.MaxValue }).Losses[1]);
        }
    }

    [Fact]
    public void ConcurrentCallsHaveTheSameBits()
    {
        var loss = new CrossEntropyLoss { Weight = CrossEntropyReference.Weights(1, 33), LabelSmoothing = 0.1 };
        foreach (var shape in new int[][] { [50, 33], [3, 33, 29] })
        {
            var (logits, targets) = CrossEntropyReference.Draw(6, shape, -100);
            var expected = Evaluated<double>.Of(loss, logits, shape, targets);
            var answers = new Evaluated<double>[64];
            Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
                i => answers[i] = Evaluated<double>.Of(loss, logits, shape, targets));
            Assert.All(answers, answer =>
            {
                Assert.Equal(expected.Value, answer.Value);
                Assert.Equal(expected.Gradient, answer.Gradient);
            });
        }
    }

    [Fact]
    public void LossesAreComparedByValueAndPrinted()
    {
        var loss = new CrossEntropyLoss { Weight = [1, 2.5], LabelSmoothing = 0.1 };
        Assert.Equal(loss, new CrossEntropyLoss { Weight = [1, 2.5], LabelSmoothing = 0.1 });
        Assert.Equal(loss.GetHashCode(), new CrossEntropyLoss { Weight = [1, 2.5], LabelSmoothing = 0.1 }.GetHashCode());
        Assert.NotEqual(loss, loss with { Weight = [1, 2] });
        Assert.NotEqual(loss, loss with { Weight = null });
        Assert.NotEqual(loss, loss with { IgnoreIndex = 0 });
        Assert.Equal(loss with { Reduction = Reduction.Sum }, loss with { Reduction = Reduction.Sum });
        Assert.Equal("CrossEntropyLoss { Weight = [1, 2.5], LabelSmoothing = 0.1 }", loss.ToString());
        Assert.Equal("CrossEntropyLoss()", new CrossEntropyLoss().ToString());
        Assert.Equal("FocalLoss { Reduction = Sum, Gamma = 1.5 }", new FocalLoss { Gamma = 1.5, Reduction = Reduction.Sum }.ToString());
    }

    [Fact]
    public void WeightsAreACopyThatNobodyCanChange()
    {
        double[] values = [1, 2];
        var loss = new CrossEntropyLoss { Weight = ClassWeights.Create(values) };
        values[0] = 9;
        Assert.Equal([1, 2], loss.Weight);
    }

    private static ReadOnlyTensorSpan<long> Targets(long[] targets, int[] shape) =>
        new(targets, shape.Length == 1 ? [1] : [shape[0], .. Evaluated<float>.Lengths(shape)[2..]]);

    private static void ForAll<T>(Action<CrossEntropyLoss, T[], int[], long[], Evaluated<T>> check) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var shape in Shapes)
        foreach (var loss in Options)
        {
            var (drawn, targets) = CrossEntropyReference.Draw(7, shape, loss.IgnoreIndex);
            var logits = Array.ConvertAll(drawn, static v => T.CreateTruncating(v));
            check(loss, logits, shape, targets, Evaluated<T>.Of(loss, logits, shape, targets));
        }
    }
}
