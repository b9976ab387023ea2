using System.Text.Json;

namespace Surprisal.Tests.Losses;

/// <summary>Information on tensors: PyTorch's values and gradients, differences, the bits of the spans, limits, and what it refuses.</summary>
public sealed class InformationTapeTests
{
    private static readonly JsonElement Cases = Golden.Open("Losses/Goldens/information.json").GetProperty("cases");

    [Theory, InlineData("entropy"), InlineData("crossEntropy"), InlineData("klDivergence")]
    public void MatchesPyTorch(string name)
    {
        Check<float>(name, "float32");
        Check<double>(name, "float64");
    }

    private static void Check<T>(string name, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 0;
        foreach (var item in Cases.EnumerateArray())
        {
            if (item.GetProperty("name").GetString() != name || item.GetProperty("dtype").GetString() != type) continue;
            var (p, q) = (item.GetProperty("p").ReadTensor<T>(requiresGrad: true), item.GetProperty("q").ReadTensor<T>(requiresGrad: true));
            var axis = item.GetProperty("axis").GetInt32();
            var what = $"{name}({p.Shape}, {q.Shape}, {axis}) in {type}";
            var output = name switch
            {
                "entropy" => p.Entropy(axis), "crossEntropy" => TensorInformation.CrossEntropy(p, q, axis), _ => p.KlDivergence(q, axis)
            };
            Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            Golden.AssertClose(item.GetProperty("gradientP").ReadTensor<T>(), p.Grad, $"gradient of p in {what}");
            if (item.TryGetProperty("gradientQ", out var expected)) Golden.AssertClose(expected.ReadTensor<T>(), q.Grad, $"gradient of q in {what}");
            count++;
        }
        Assert.Equal(9, count);
    }

    [Theory, InlineData(InformationUnit.Nats), InlineData(InformationUnit.Bits)]
    public void GradientsMatchDifferences(InformationUnit unit)
    {
        foreach (var (shapeP, shapeQ, axis) in new (int[], int[], int)[] { ([5], [5], 0), ([2, 3], [2, 3], 0), ([2, 3], [3], 1), ([3], [2, 3], -1),
            ([2, 3, 4], [3, 1], 1), ([2, 1, 4], [3, 1], -2), ([], [], 0), ([], [4], 0) })
        foreach (var keepDim in new[] { false, true })
        {
            Tensor<double>[] both = [Probabilities(shapeP, 1), Probabilities(shapeQ, 2)], one = [Probabilities(shapeQ, 3)];
            GradientCheck.Run(1, x => TensorInformation.CrossEntropy(x[0], x[1], axis, keepDim, unit), both);
            GradientCheck.Run(2, x => x[0].KlDivergence(x[1], axis, keepDim, unit), both);
            GradientCheck.Run(3, x => x[0].Entropy(-1, keepDim, unit), one);
            GradientCheck.Run(4, x => x[0].Perplexity(-1, keepDim), one);
            GradientCheck.Run(5, x => x[0].SelfInformation(unit), one);
            GradientCheck.Run(6, x => x[0].PerplexityOfLoss(unit), one);
        }
    }

    [Fact]
    public void EveryAxisHasTheBitsOfTheSpans()
    {
        var (p, q) = (Probabilities([3, 17, 5], 4).To<float>(), Probabilities([3, 17, 5], 5).To<float>());
        for (var axis = 0; axis < 3; axis++)
        foreach (var unit in Enum.GetValues<InformationUnit>())
        {
            int[] order = [.. Enumerable.Range(0, 3).Where(a => a != axis), axis];
            var (rowsP, rowsQ) = (p.Permute(order).ToArray().Chunk(p.Shape[axis]).ToArray(), q.Permute(order).ToArray().Chunk(p.Shape[axis]).ToArray());
            Assert.Equal(rowsP.Select(row => (float)Information.Entropy<float>(row, unit)), p.Entropy(axis, unit: unit).ToArray());
            Assert.Equal(rowsP.Zip(rowsQ, (a, b) => (float)Information.CrossEntropy<float>(a, b, unit)),
                TensorInformation.CrossEntropy(p, q, axis, unit: unit).ToArray());
            Assert.Equal(rowsP.Zip(rowsQ, (a, b) => (float)Information.KlDivergence<float>(a, b, unit)), p.KlDivergence(q, axis, unit: unit).ToArray());
        }
        Assert.Equal(p.ToArray().Select(static v => (float)Information.SelfInformation(v)), p.SelfInformation().ToArray(),
            static (a, b) => Near.Ulps(a, b) <= 1);
    }

    [Fact]
    public void ShapesAreThoseOfSum()
    {
        var p = Probabilities([2, 3, 4], 6);
        Assert.Equal([2, 4], p.Entropy(1).Shape.ToArray());
        Assert.Equal([2, 1, 4], p.Entropy(-2, keepDim: true).Shape.ToArray());
        Assert.Equal([2, 3], p.KlDivergence(Probabilities([4], 7), -1).Shape.ToArray());
        Assert.Equal([2, 3, 1], TensorInformation.CrossEntropy(Probabilities([4], 7), p, 2, keepDim: true).Shape.ToArray());
        Assert.Equal([0.0, 0], Tensor.Zeros<double>([2, 0]).Entropy(1).ToArray());
        Assert.Equal([0, 3], Tensor.Zeros<double>([0, 3, 2]).Perplexity(2).Shape.ToArray());
        Assert.Equal([2, 3, 4], p.SelfInformation().Shape.ToArray());
        Assert.Equal("tensor(0.6931, dtype=torch.float64)", Tensor.Create([0.5, 0.5]).Entropy(0).ToString());
    }

    [Fact]
    public void GradientsAtZeroAreLimits()
    {
        var inf = double.PositiveInfinity;
        Check(static (p, _) => p.Entropy(0), [inf, -1, Math.Log(2) - 1, inf], null);
        Check(static (p, q) => TensorInformation.CrossEntropy(p, q, 0), [Math.Log(2), inf, Math.Log(4), 0], [0, -inf, -2, 0]);
        Check(static (p, q) => p.KlDivergence(q, 0), [-inf, inf, Math.Log(2) + 1, 0], [0, -inf, -2, 0]);

        static void Check(Func<Tensor<double>, Tensor<double>, Tensor<double>> f, double[] gradientP, double[]? gradientQ)
        {
            var (p, q) = (Tensor.Create<double>([0, 1, 0.5, 0], requiresGrad: true), Tensor.Create<double>([0.5, 0, 0.25, 0], requiresGrad: true));
            f(p, q).Backward();
            Near.Equal<double>(gradientP, p.Grad!.ToArray(), "p", 1e-15, 0);
            if (gradientQ is not null) Near.Equal<double>(gradientQ, q.Grad!.ToArray(), "q", 1e-15, 0);
        }
    }

    [Fact]
    public void SixteenBitsHaveGradients()
    {
        Check<Half>(1e-3);
        Check<BFloat16>(1e-2);

        static void Check<T>(double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
        {
            static T Of(double x) => T.CreateTruncating(x);
            Tensor<T> p = Tensor.Create<T>([Of(0.25), Of(0.75)], requiresGrad: true), q = Tensor.Create<T>([Of(0.5), Of(0.5)], requiresGrad: true);
            (TensorInformation.CrossEntropy(p, q, 0) + p.KlDivergence(q, 0)).Backward();
            double[] ofP = [Math.Log(2) + Math.Log(0.5) + 1, Math.Log(2) + Math.Log(1.5) + 1], ofQ = [-1, -3];
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal(ofP[i], double.CreateTruncating(p.Grad!.Span[i]), tolerance);
                Assert.Equal(ofQ[i], double.CreateTruncating(q.Grad!.Span[i]), tolerance);
            }
        }
    }

    [Fact]
    public void DenormalFloatsHaveFiniteGradients()
    {
        Tensor<float> p = Tensor.Create<float>([1, 0], requiresGrad: true), q = Tensor.Create<float>([float.Epsilon, 1]);
        p.KlDivergence(q, 0).Backward();
        Assert.Equal(1 - Math.Log(float.Epsilon), p.Grad!.Span[0], 1e-4);
    }

    [Fact]
    public void ThroughLogitsTheGradientOfEntropyStaysFinite()
    {
        var logits = Tensor.Create<float>([[300, 0, -1], [0.5f, 0.25f, -3]], requiresGrad: true);
        // snippet: entropy-of-logits
        var entropy = -(logits.Softmax(1) * logits.LogSoftmax(1)).Sum(1);
        // end
        Golden.AssertClose(logits.Detach().Softmax(1).Entropy(1), entropy, "entropy");
        entropy.Sum().Backward();
        Assert.All(logits.Grad!.ToArray(), static g => Assert.True(float.IsFinite(g)));
        Assert.Equal([0f, 0, 0], logits.Grad!.ToArray()[..3]);
        GradientCheck.Run(7, static x => -(x[0].Softmax(1) * x[0].LogSoftmax(1)).Sum(1), [3, 4]);
    }

    [Fact]
    public void RejectsWithTheWholeMessage()
    {
        Tensor<float> half = Tensor.Full([2, 2], 0.5f), wrong = Tensor.Create<float>([[0, 1], [1.5f, 0]]);
        Says<ArgumentOutOfRangeException>("p[1, 0] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'p')", () => wrong.Entropy(1));
        Says<ArgumentOutOfRangeException>("p[1, 0] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'p')", () => wrong.Perplexity(1));
        Says<ArgumentOutOfRangeException>("p[1, 0] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            () => wrong.SelfInformation());
        Says<ArgumentOutOfRangeException>("p[1, 0] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            () => TensorInformation.CrossEntropy(wrong, half, 1));
        Says<ArgumentOutOfRangeException>("q[1, 0] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'q')",
            () => half.KlDivergence(wrong, 1));
        Says<ArgumentOutOfRangeException>("p[] = -1 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            () => Tensor.Scalar(-1.0).Entropy(0));
        Says<ArgumentOutOfRangeException>("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')", () => half.Entropy(2));
        Says<ArgumentOutOfRangeException>("Dimension out of range (expected to be in range of [-2, 1], but got -3) (Parameter 'dim')",
            () => half.KlDivergence(half, -3));
        Says<ArgumentException>("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1: " +
            "shapes [2, 2] and [3] do not broadcast.", () => TensorInformation.CrossEntropy(half, Tensor.Zeros<float>([3]), 1));
        foreach (var call in new Action[] { () => half.SelfInformation((InformationUnit)7), () => half.Entropy(1, unit: (InformationUnit)7),
            () => TensorInformation.CrossEntropy(half, half, 1, unit: (InformationUnit)7), () => half.KlDivergence(half, 1, unit: (InformationUnit)7),
            () => half.PerplexityOfLoss((InformationUnit)7) })
            Says<ArgumentOutOfRangeException>("7 is not a valid value for unit; it is Nats or Bits. (Parameter 'unit')", call);
    }

    [Fact]
    public void BackwardRefusesProbabilitiesThatWereOverwritten()
    {
        var p = Tensor.Full([3], 1f / 3, requiresGrad: true);
        var entropy = p.Entropy(0);
        using (Tensor.NoGrad()) p.Fill(0.5f);
        Assert.StartsWith("one of the variables needed for gradient computation has been modified by an inplace operation: EntropyBackward0",
            Assert.Throws<InvalidOperationException>(() => entropy.Backward()).Message, StringComparison.Ordinal);
    }

    private static void Says<TError>(string message, Action call) where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(call).Message);

    private static Tensor<double> Probabilities(int[] shape, long seed) => Tensor.Rand<double>(shape, new Seed(seed)) * 0.98 + 0.01;
}
