using Surprisal.Kernels;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Question 4: does it estimate what it says? All classes, expectations over steps, what is drawn, threads, rows that do not count.</summary>
[Collection(Serial.Name)]
public sealed class SampledSoftmaxLossLawTests
{
    private static readonly int seed = Environment.TickCount;

    [Theory, InlineData(Reduction.None), InlineData(Reduction.Mean), InlineData(Reduction.Sum)]
    public void AllClassesGiveTheExactLoss(Reduction reduction)
    {
        foreach (var (rows, features, classes) in new[] { (7, 5, 40), (1, 3, 2), (65, 16, 129), (3, 1, 1) })
        {
            Tensor<double>[] Inputs() => [Normal([rows, features], 1), Normal([classes, features], 2), Normal([classes], 3)];
            var target = Tensor.RandInt<long>(0, classes, [rows], new Seed(seed + 4));
            if (rows > 1) target.Span[1] = -100;
            var (a, b) = (Inputs(), Inputs());
            var exact = new LinearCrossEntropyLoss { Reduction = reduction }.Forward(a[0], a[1], target, a[2]);
            var all = new SampledSoftmaxLoss { Reduction = reduction, Samples = classes }.Forward(b[0], b[1], target, step: 9, b[2]);
            (exact * exact).Sum().Backward();
            (all * all).Sum().Backward();
            Near.Equal(exact.ToArray(), all.ToArray(), $"seed {seed}", 1e-12, 1e-12);
            for (var i = 0; i < 3; i++) Near.Equal(a[i].Grad!.ToArray(), b[i].Grad!.ToArray(), $"seed {seed}, input {i}", 1e-11, 1e-11);
        }
    }

    /// <summary>The sum of exponentials over the classes that are not the target: its mean over steps is within five of its standard errors.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void TheSumOfExponentialsIsExpected(bool replacement)
    {
        const int Classes = 50, Steps = 20_000;
        var logits = Normal([Classes], 5).ToArray();
        var target = (seed & 0xFFFF) % Classes;
        var exact = logits.Where((_, c) => c != target).Sum(Math.Exp);
        var loss = new SampledSoftmaxLoss { Samples = 8, Seed = seed, WithReplacement = replacement };
        var (sum, squares) = (0.0, 0.0);
        for (var step = 0; step < Steps; step++)
        {
            var z = Math.Exp(One(loss, logits, target, step) + logits[target]) - Math.Exp(logits[target]);
            (sum, squares) = (sum + z, squares + z * z);
        }
        var mean = sum / Steps;
        var error = Math.Sqrt((squares / Steps - mean * mean) / Steps);
        Assert.True(Math.Abs(mean - exact) < 5 * error, $"seed {seed}: {mean} +- {error}, expected {exact}");
        Assert.True(error < 0.02 * exact, $"seed {seed}: {error} of {exact} says nothing");
    }

    /// <summary>A class that is there counts 1 / Q, one that is not 0: 1 on average, for each class.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void EachClassIsExpectedOnce(bool replacement)
    {
        const int Classes = 30, Steps = 20_000;
        var (sums, squares) = (new double[Classes], new double[Classes]);
        for (var step = 0; step < Steps; step++)
        {
            var sample = new CandidateSample(Classes, 6, !replacement, seed, step);
            if (!replacement) Assert.Equal(6, sample.Classes.Length);
            Assert.Equal(sample.Classes.Order().Distinct(), sample.Classes);
            for (var i = 0; i < sample.Classes.Length; i++)
            {
                var weight = Math.Exp(-sample.LogExpected[i]);
                (sums[sample.Classes[i]], squares[sample.Classes[i]]) = (sums[sample.Classes[i]] + weight, squares[sample.Classes[i]] + weight * weight);
            }
        }
        for (var c = 0; c < Classes; c++)
        {
            var mean = sums[c] / Steps;
            Assert.True(Math.Abs(mean - 1) < 5 * Math.Sqrt((squares[c] / Steps - mean * mean) / Steps), $"seed {seed}: class {c} counts {mean}");
        }
    }

    [Fact]
    public void ProbabilitiesAreZipfs()
    {
        foreach (var classes in new[] { 1, 2, 1000, 128_256 })
        {
            var law = new LogUniform(classes);
            Assert.Equal(1, Enumerable.Range(0, classes).Sum(law.Probability), 1e-9);
            Assert.Equal(Math.Log(1 + 1.0 / classes) / Math.Log(classes + 1.0), law.Probability(classes - 1), 1e-12);
            var random = new RandomStream(seed);
            for (var i = 0; i < 1000; i++) Assert.InRange(law.Draw(ref random), 0, classes - 1);
        }
    }

    /// <summary>The one candidate is the target: nothing is left to compare with, and the loss is 0. TensorFlow's form has the target too.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void ACandidateThatIsTheTargetIsRemoved(bool correct)
    {
        var loss = new SampledSoftmaxLoss { Samples = 1, Seed = seed, CorrectTarget = correct };
        var (drawn, logits) = (loss.Draw(50, 3).Classes[0], Normal([50], 6).ToArray());
        Assert.Equal(0, One(loss, logits, drawn, 3));
        Assert.NotEqual(0, One(loss, logits, (drawn + 1) % 50, 3));
    }

    /// <summary>Both logits less ln of their expected counts: written out.</summary>
    [Fact]
    public void TensorFlowsFormCorrectsTheTarget()
    {
        var loss = new SampledSoftmaxLoss { Samples = 10, Seed = seed, CorrectTarget = true };
        var (logits, sample) = (Normal([50], 7).ToArray(), loss.Draw(50, 4));
        foreach (var target in new[] { 0, 7, 49 })
        {
            var own = logits[target] - sample.LogExpectedOf(target);
            var others = sample.Classes.Select((c, i) => c == target ? 0 : Math.Exp(logits[c] - sample.LogExpected[i])).Sum();
            Assert.Equal(Math.Log(Math.Exp(own) + others) - own, One(loss, logits, target, 4), 1e-12);
        }
    }

    [Fact]
    public void SeedAndStepDecideTheSample()
    {
        var loss = new SampledSoftmaxLoss { Samples = 20, Seed = seed };
        Assert.Equal(loss.Draw(1000, 5).Classes, loss.Draw(1000, 5).Classes);
        Assert.NotEqual(loss.Draw(1000, 5).Classes, loss.Draw(1000, 6).Classes);
        Assert.NotEqual(loss.Draw(1000, 5).Classes, (loss with { Seed = seed + 1 }).Draw(1000, 5).Classes);
    }

    [Fact]
    public void ThreadsChangeNoBit()
    {
        var expected = Serial.On(1, Run);
        foreach (var threads in new[] { 2, 3, 8 }) Assert.Equal(expected, Serial.On(threads, Run, minParallelWork: 0));

        static float[] Run()
        {
            var (hidden, weight) = (Tensor.Randn<float>([150, 33], new Seed(1)).WithGrad(true), Tensor.Randn<float>([700, 33], new Seed(2)).WithGrad(true));
            var loss = new SampledSoftmaxLoss { Samples = 65 }.Forward(hidden, weight, Tensor.RandInt<long>(0, 700, [150], new Seed(3)), step: 1);
            loss.Backward();
            return [loss.Item(), .. hidden.Grad!.ToArray(), .. weight.Grad!.ToArray()];
        }
    }

    /// <summary>Rows of the weight that are neither target nor candidate get exactly 0; ignored rows might as well not be there, whatever they hold.</summary>
    [Theory, InlineData(Reduction.None), InlineData(Reduction.Mean)]
    public void OnlyWhatIsUsedIsTouched(Reduction reduction)
    {
        var loss = new SampledSoftmaxLoss { Samples = 10, Seed = seed, Reduction = reduction };
        var (hidden, weight, bias) = (Normal([3, 4], 8), Normal([500, 4], 9), Normal([500], 10));
        var used = loss.Draw(500, 2).Classes.Append(400).Append(3).ToHashSet();
        for (var c = 0; c < 500; c++)
            if (!used.Contains(c)) weight.Span.Slice(c * 4, 4).Fill(double.NaN);
        hidden.Span[4..8].Fill(double.NaN);
        var losses = loss.Forward(hidden, weight, Tensor.Create<long>([400, -100, 3]), step: 2, bias);
        losses.Sum().Backward();
        for (var c = 0; c < 500; c++)
        {
            Assert.All(weight.Grad![c].ToArray(), g => Assert.True(used.Contains(c) ? double.IsFinite(g) && g != 0 : g == 0, $"seed {seed}, class {c}: {g}"));
            Assert.Equal(used.Contains(c), bias.Grad!.Span[c] != 0);
        }
        Assert.Equal([0, 0, 0, 0], hidden.Grad![1].ToArray());
        var (alone, same) = (Tensor.Create<double>([.. hidden.ToArray()[..4], .. hidden.ToArray()[8..]], [2, 4]), Tensor.Create<long>([400, 3]));
        var without = loss.Forward(alone, weight, same, step: 2, bias).ToArray();
        Assert.Equal(reduction == Reduction.None ? [without[0], 0, without[1]] : without, losses.ToArray());
    }

    private static double One(SampledSoftmaxLoss loss, double[] logits, int target, int step) => loss.Forward(
        Tensor.Zeros<double>([1]), Tensor.Zeros<double>([logits.Length, 1]), Tensor.Scalar<long>(target), step, Tensor.Create<double>(logits)).Item();

    private static Tensor<double> Normal(int[] shape, int stream) => Tensor.Randn<double>(shape, new Seed(seed + 100L * stream)).WithGrad(true);
}
