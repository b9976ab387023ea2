using System.Numerics.Tensors;
using FsCheck;
using FsCheck.Fluent;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Class probabilities, questions 2 to 7: a double reference, laws, extremes, what is refused, nothing allocated.</summary>
public sealed class CrossEntropyLossProbabilityTests
{
    public static TheoryData<int> Lengths => new(Enumerable.Range(1, 70).Concat([255, 256, 257, 300, 1000]));

    [Theory, MemberData(nameof(Lengths))]
    public void AnyNumberOfClassesMatchesTheReferenceOnRowsAndColumns(int classes)
    {
        foreach (var inner in new[] { 1, 3, 21 })
        {
            var loss = new CrossEntropyLoss { LabelSmoothing = 0.2, Weight = CrossEntropyReference.Weights(3, classes) };
            var (logits, targets) = Draw(classes, 2 * classes * inner);
            var expected = Reference(loss, logits, targets, 2, classes, inner);
            Check(expected, Evaluate(loss, logits, targets, [2, classes, inner]), $"double, {classes} x {inner}", 1e-13);
            var narrow = Evaluate(loss, Array.ConvertAll(logits, static v => (float)v), Array.ConvertAll(targets, static v => (float)v), [2, classes, inner]);
            Check(expected, narrow, $"float, {classes} x {inner}", 4e-6);
        }
    }

    [Fact]
    public void OneHotProbabilitiesAreClassIndices()
    {
        foreach (var shape in new int[][] { [7], [4, 7], [2, 7, 5] })
        foreach (var smoothing in new[] { 0, 0.1 })
        {
            var loss = new CrossEntropyLoss { LabelSmoothing = smoothing };
            var (logits, indices) = CrossEntropyReference.Draw(31, shape, ignore: 2);
            var inner = shape.Length > 2 ? shape[2] : 1;
            var hot = new double[logits.Length];
            for (var i = 0; i < indices.Length; i++) hot[i / inner * 7 * inner + indices[i] * inner + i % inner] = 1;
            var expected = Evaluated<double>.Of(loss, logits, shape, indices);
            var actual = Evaluate(loss, logits, hot, shape);
            Near.Equal<double>([expected.Value], [actual.Value], "value", 1e-14, 1e-14);
            Near.Equal<double>(expected.Gradient, actual.Gradient, "gradient", 1e-13, 1e-14);
        }
    }

    [Fact]
    public void GradientsOfARowSumToZeroForAnyTarget() => Prop.ForAll<int>(static seed =>
    {
        var (logits, targets) = Draw(seed, 37);
        var gradient = Evaluate(new() { Reduction = Reduction.Sum }, logits, targets, [1, 37]).Gradient;
        Assert.Equal(0, gradient.Sum(), 1e-12);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheLossIsLinearInTheTarget() => Prop.ForAll<int>(static seed =>
    {
        var (logits, targets) = Draw(seed, 20);
        var one = Evaluate(new(), logits, targets, [20]);
        var twice = Evaluate(new(), logits, Array.ConvertAll(targets, static t => 2 * t), [20]);
        Assert.Equal(2 * one.Value, twice.Value, 1e-13);
        Assert.Equal(one.Value, targets.Zip(one.TargetGradient, static (t, g) => t * g).Sum(), 1e-12); // so it is its own gradient times the target
    }).QuickCheckThrowOnFailure();

    [Theory, InlineData(20), InlineData(40), InlineData(80)]
    public void AConfidentRightRowKeepsItsAccuracy(int gap)
    {
        var e = Math.Exp(-gap);
        var result = Evaluate<float>(new(), [gap, 0, 0], [1, 0, 0], [1, 3]);
        Assert.InRange(Near.Ulps((float)(2 * e - 2 * e * e), (float)result.Value), 0, 2);
        Assert.InRange(Near.Ulps((float)(-2 * e + 4 * e * e), result.Gradient[0]), 0, 2);
    }

    [Fact]
    public void ASampleOfWeightZeroIsAsIfItWereNotThere()
    {
        foreach (var shape in new int[][] { [3, 4], [3, 4, 2] })
        {
            var inner = shape.Length > 2 ? 2 : 1;
            var (logits, targets) = Draw(5, 3 * 4 * inner);
            var without = Evaluate(new(), [.. logits[..(4 * inner)], .. logits[(8 * inner)..]], [.. targets[..(4 * inner)], .. targets[(8 * inner)..]],
                [2, .. shape[1..]]);
            Array.Fill(logits, double.NaN, 4 * inner, 4 * inner);
            var weights = inner == 1 ? new ReadOnlyTensorSpan<double>([1.0, 0, 1], [3]) : new ReadOnlyTensorSpan<double>([1.0, 0, 1], [3, 1]);
            var (gradient, targetGradient) = (new double[logits.Length], new double[logits.Length]);
            var lengths = Evaluated<double>.Lengths(shape);
            var result = new CrossEntropyLoss().Evaluate(
                new ReadOnlyTensorSpan<double>(logits, lengths), new ReadOnlyTensorSpan<double>(targets, lengths),
                new TensorSpan<double>(gradient, lengths), sampleWeights: weights,
                targetGradient: new TensorSpan<double>(targetGradient, lengths));
            Assert.Equal(without.Value, result.Value, 1e-15);
            Assert.Equal(2 * inner, result.Divisor);
            double[] rest = [.. gradient[..(4 * inner)], .. gradient[(8 * inner)..]];
            Assert.Equal(without.Gradient, rest);
            Assert.All(gradient[(4 * inner)..(8 * inner)].Concat(targetGradient[(4 * inner)..(8 * inner)]), static g => Assert.Equal(0, g));
        }
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 1, 3 },
        "Expected input batch_size (2) to match target batch_size (1): input has shape [2, 3], target [1, 3]. (Parameter 'target')")]
    [InlineData(new[] { 2, 3 }, new[] { 2 },
        "class probabilities have the shape of input, [2, 3], but target has [2]; class indices are integers: target.To<long>(). (Parameter 'target')")]
    [InlineData(new[] { 3 }, new[] { 1 },
        "class probabilities have the shape of input, [3], but target has [1]; class indices are integers: target.To<long>(). (Parameter 'target')")]
    [InlineData(new[] { 2, 3, 4 }, new[] { 2, 4, 3 },
        "class probabilities have the shape of input, [2, 3, 4], but target has [2, 4, 3]; class indices are integers: " +
        "target.To<long>(). (Parameter 'target')")]
    public void ShapesThatDoNotFit(int[] logits, int[] targets, string message) =>
        Assert.Equal(message,
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Forward(Tensor.Zeros<float>(logits), Tensor.Zeros<float>(targets))).Message);

    [Fact]
    public void OptionsThatDoNotFit()
    {
        var (input, target) = (Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([2, 3]));
        Assert.Equal("Expected 1 or more dimensions (got 0): input needs (C), (N, C) or (N, C, d1 .. dK). (Parameter 'input')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Forward(Tensor.Scalar(1f), Tensor.Scalar(1f))).Message);
        Assert.Equal("ignore_index is not supported for floating point target: IgnoreIndex is 1, and no probability is a class index; " +
            "leave samples out by a sample weight of 0.",
            Assert.Throws<InvalidOperationException>(() => new CrossEntropyLoss { IgnoreIndex = 1 }.Forward(input, target)).Message);
        Assert.Equal(
            "cross_entropy: weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [4] (Parameter 'Weight')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss { Weight = [1, 2, 3, 4] }.Forward(input, target)).Message);
        Assert.Equal("Prior has 2 classes, but the logits have 3; it needs one probability for each. (Parameter 'Prior')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss { Prior = [0.5, 0.5] }.Forward(input, target)).Message);
    }

    [Fact]
    public void NothingIsWrittenBeforeAnError()
    {
        float[] gradient = [7, 7, 7, 7, 7, 7];
        var loss = new CrossEntropyLoss { Prior = [0.5, 0.5] };
        Assert.Equal("Prior has 2 classes, but the logits have 3; it needs one probability for each. (Parameter 'Prior')",
            Assert.Throws<ArgumentException>(() => loss.Evaluate(
                new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<float>(new float[6], [2, 3]),
                new TensorSpan<float>(gradient, [2, 3]))).Message);
        Assert.Equal("gradient has shape [6], but logits have [2, 3]; they must be the same. (Parameter 'gradient')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(
                new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<float>(new float[6], [2, 3]),
                new TensorSpan<float>(gradient, [6]))).Message);
        Assert.All(gradient, static g => Assert.Equal(7, g));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = CrossEntropyReference.Weights(1, 33) };
        foreach (var shape in new int[][] { [50, 33], [3, 33, 29] })
        {
            var (logits, targets) = Draw(9, Shape.Length(shape));
            var (gradient, lengths) = (new double[logits.Length], Evaluated<double>.Lengths(shape));
            for (var i = 0; i < 2; i++)
                loss.Evaluate(new ReadOnlyTensorSpan<double>(logits, lengths), new ReadOnlyTensorSpan<double>(targets, lengths),
                    new TensorSpan<double>(gradient, lengths));
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 8; i++)
                loss.Evaluate(new ReadOnlyTensorSpan<double>(logits, lengths), new ReadOnlyTensorSpan<double>(targets, lengths),
                    new TensorSpan<double>(gradient, lengths));
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private sealed record Answer<T>(double Value, T[] Gradient, T[] TargetGradient);

    private static Answer<T> Evaluate<T>(CrossEntropyLoss loss, T[] logits, T[] targets, ReadOnlySpan<int> shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (gradient, targetGradient, lengths) = (new T[logits.Length], new T[logits.Length], Evaluated<T>.Lengths(shape));
        var value = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(logits, lengths), new ReadOnlyTensorSpan<T>(targets, lengths), new TensorSpan<T>(gradient, lengths),
            targetGradient: new TensorSpan<T>(targetGradient, lengths));
        return new(value, gradient, targetGradient);
    }

    private static void Check<T>(Answer<double> expected, Answer<T> actual, string about, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Near.Equal<double>([expected.Value], [actual.Value], about, tolerance, tolerance);
        Near.Equal<T>(expected.Gradient, actual.Gradient, about, tolerance, tolerance);
        Near.Equal<T>(expected.TargetGradient, actual.TargetGradient, about, tolerance, tolerance);
    }

    private static (double[] Logits, double[] Targets) Draw(int seed, int count)
    {
        var random = new RandomStream(seed);
        var logits = Enumerable.Range(0, count).Select(_ => (double)(float)(2 * random.Normal())).ToArray();
        return (logits, Enumerable.Range(0, count).Select(_ => (double)(float)random.Uniform()).ToArray());
    }

    /// <summary>The formula as the textbook writes it, one sample at a time, mean over the samples.</summary>
    private static Answer<double> Reference(CrossEntropyLoss loss, double[] logits, double[] targets, int samples, int classes, int inner)
    {
        var (value, gradient, targetGradient) = (0.0, new double[logits.Length], new double[logits.Length]);
        for (var i = 0; i < samples * inner; i++)
        {
            int At(int c) => i / inner * classes * inner + c * inner + i % inner;
            var max = Enumerable.Range(0, classes).Max(c => logits[At(c)]);
            var logSum = max + Math.Log(Enumerable.Range(0, classes).Sum(c => Math.Exp(logits[At(c)] - max)));
            var q = Enumerable.Range(0, classes)
                .Select(c => loss.Weight![c] * (targets[At(c)] * (1 - loss.LabelSmoothing) + loss.LabelSmoothing / classes)).ToArray();
            for (var c = 0; c < classes; c++)
            {
                value += q[c] * (logSum - logits[At(c)]) / samples / inner;
                gradient[At(c)] = (Math.Exp(logits[At(c)] - logSum) * q.Sum() - q[c]) / samples / inner;
                targetGradient[At(c)] = loss.Weight![c] * (1 - loss.LabelSmoothing) * (logSum - logits[At(c)]) / samples / inner;
            }
        }
        return new(value, gradient, targetGradient);
    }
}
