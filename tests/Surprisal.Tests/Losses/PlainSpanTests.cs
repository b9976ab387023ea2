using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Losses of plain arrays and spans are those of the tensor spans of the same shape, to the bit, and refuse lengths by their names.</summary>
public sealed class PlainSpanTests
{
    public static TheoryData<int, int> Shapes() => new() { { 0, 3 }, { 1, 1 }, { 1, 2 }, { 3, 15 }, { 2, 16 }, { 5, 17 }, { 33, 10 }, { 3, 1000 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_and_indices_are_those_of_tensor_spans(int rows, int classes)
    {
        foreach (var loss in EveryLoss.All.OfType<ClassIndexLoss>())
        {
            if (loss.Weight is { } weight && weight.Count != classes) continue;
            var plain = loss is CrossEntropyLoss { Prior: not null } ? new CrossEntropyLoss() : loss;
            var (logits, targets, weights) = (EveryLoss.Draw<float>(rows * classes, seed: 1), new int[rows], EveryLoss.Draw<float>(rows, seed: 2));
            for (var i = 0; i < rows; i++) targets[i] = i * 7 % classes;
            float[] gradient = new float[logits.Length], losses = new float[rows];
            float[] expectedGradient = new float[logits.Length], expectedLosses = new float[rows];
            var expected = plain.Evaluate(new ReadOnlyTensorSpan<float>(logits, [rows, classes]), new ReadOnlyTensorSpan<int>(targets, [rows]),
                new TensorSpan<float>(expectedGradient, [rows, classes]), new TensorSpan<float>(expectedLosses, [rows]),
                new ReadOnlyTensorSpan<float>(weights, [rows]));
            Assert.Equal(expected, plain.Evaluate(logits, targets, classes, gradient, losses, weights));
            Assert.Equal(expectedGradient, gradient);
            Assert.Equal(expectedLosses, losses);
            ReadOnlySpan<long> wide = [.. targets.Select(static target => (long)target)];
            Assert.Equal(expected, plain.Evaluate((ReadOnlySpan<float>)logits, wide, classes, sampleWeights: weights));
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_and_probabilities_are_those_of_tensor_spans(int rows, int classes)
    {
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };
        var (logits, targets) = (EveryLoss.Draw<double>(rows * classes, seed: 3), EveryLoss.Draw<double>(rows * classes, seed: 4));
        double[] gradient = new double[logits.Length], other = new double[logits.Length], toTargets = new double[logits.Length];
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<double>(logits, [rows, classes]), new ReadOnlyTensorSpan<double>(targets, [rows, classes]),
            new TensorSpan<double>(other, [rows, classes]));
        Assert.Equal(expected, loss.Evaluate(logits, targets, classes, gradient, targetGradient: toTargets));
        Assert.Equal(other, gradient);
    }

    [Fact]
    public void Numbers_are_those_of_a_tensor_span_of_one_dimension()
    {
        foreach (var loss in EveryLoss.All.OfType<DenseLoss>())
        {
            var inputs = Array.ConvertAll(EveryLoss.Draw<float>(37, seed: 5), static x => 1 / (1 + MathF.Exp(-x)));
            var targets = Array.ConvertAll(inputs, static x => 1 - x);
            if (loss is SoftMarginLoss) targets = Array.ConvertAll(targets, static t => t > 0.5f ? 1f : -1f);
            float[] gradient = new float[37], expectedGradient = new float[37];
            var plain = (DenseLoss)Activator.CreateInstance(loss.GetType())!;
            var expected = plain.Evaluate(new ReadOnlyTensorSpan<float>(inputs), new ReadOnlyTensorSpan<float>(targets),
                new TensorSpan<float>(expectedGradient));
            Assert.Equal(expected, plain.Evaluate(inputs, targets, gradient));
            Assert.Equal(expectedGradient, gradient);
        }
    }

    [Fact]
    public void The_gradient_may_overwrite_the_logits_and_nothing_is_allocated()
    {
        float[] logits = [1, 2, 1, 3, 1, 3], expected = new float[6];
        int[] targets = [0, 1, 1];
        var loss = new CrossEntropyLoss();
        loss.Evaluate(logits, targets, 2, expected);
        for (var round = 0; round < 3; round++) loss.Evaluate([1f, 2, 1, 3, 1, 3], targets, 2);
        var memory = logits.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        loss.Evaluate(memory, targets, 2, memory);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(expected, memory);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        var (loss, logits, targets) = (new CrossEntropyLoss(), new float[6], new int[3]);
        Says<ArgumentOutOfRangeException>("classes is 0; a row has at least 1 logit. (Parameter 'classes')", () => loss.Evaluate(logits, targets, 0));
        Says<ArgumentException>("logits has 6 elements, which is no whole number of rows of 4 classes. (Parameter 'logits')",
            () => loss.Evaluate(logits, targets, 4));
        Says<ArgumentException>("targets has 3 elements, but the 6 logits are 2 rows of 3 classes; each row needs one. (Parameter 'targets')",
            () => loss.Evaluate(logits, targets, 3));
        Says<ArgumentException>("gradient has 5 elements, but it needs 6, as logits says; none leaves it out. (Parameter 'gradient')",
            () => loss.Evaluate(logits, targets, 2, new float[5]));
        Says<ArgumentException>("losses has 2 elements, but it needs 3, as targets says; none leaves it out. (Parameter 'losses')",
            () => loss.Evaluate(logits, targets, 2, losses: new float[2]));
        Says<ArgumentException>("targets has 3 elements, but there are 6 logits; class probabilities are as many. Class indices are integers: " +
            "convert them to int or long. (Parameter 'targets')", () => loss.Evaluate(logits, new float[3], 2));
        Says<ArgumentOutOfRangeException>("targets[1] = 2 is out of bounds: classes are 0..1 and ignore_index is -100. (Parameter 'targets')",
            () => loss.Evaluate(logits, (int[])[0, 2, 1], 2));
    }

    [Fact]
    public void A_result_formats_and_compares_as_its_value()
    {
        var result = new CrossEntropyLoss().Evaluate((float[])[1, 2, 1, 3, 1, 3], (int[])[0, 1, 1], 2);
        Assert.Equal("0.5224", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{result:F4}"));
        Assert.Equal(result.Value.ToString(System.Globalization.CultureInfo.CurrentCulture), $"{result}");
        Assert.True(result < result with { Value = 1 } && result >= 0.5 && result.CompareTo(result) == 0);
        Assert.Equal("obj is a String; a LossResult compares with another one. (Parameter 'obj')",
            Assert.Throws<ArgumentException>(() => result.CompareTo("0.5")).Message);
    }

    private static void Says<TError>(string message, Action call) where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(call).Message);
}
