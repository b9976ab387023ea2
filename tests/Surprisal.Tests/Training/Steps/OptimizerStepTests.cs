using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Optimizer steps against PyTorch's numbers, and against the same formulas in double.</summary>
public sealed class OptimizerStepTests
{
    [Fact]
    public void Adam_goes_fifty_whole_steps() => Assert.Equal(-50f, Adam(Enumerable.Repeat(0.5f, 50), rate: 1)[^1]);

    [Fact]
    public void Adam_remembers_a_gradient_whose_square_is_no_float() =>
        Near(Adam([3e19f, 1], rate: 0.1), -0.1, -0.1670);

    [Fact]
    public void Adam_adds_epsilon_after_the_correction() => Near(Adam([1, 1], rate: 0.1, epsilon: 1), -0.05, -0.1);

    [Fact]
    public void A_zero_gradient_moves_what_none_leaves_alone() => Near(Adam([1, 0, 0], rate: 0.1), -0.1, -0.16700, -0.21880);

    [Fact]
    public void AdamW_decays_beside_the_gradient() =>
        Near(Run(p => new AdamW([p], 0.1, weightDecay: 0.5), 1, [1, null, 0]), 0.85, 0.85, 0.740494);

    [Theory]
    [InlineData(0.9, false, 0, new[] { 0.9, 0.71, 0.539, 0.539, 0.2851 })]
    [InlineData(0.9, true, 0, new[] { 0.81, 0.539, 0.3851, 0.3851, 0.05659 })]
    [InlineData(0.9, false, 0.1, new[] { 0.89, 0.6821, 0.488169, 0.488169, 0.208749 })]
    public void Sgd_moves_as_in_PyTorch(double momentum, bool nesterov, double weightDecay, double[] expected) =>
        Near(Run(p => new Sgd([p], 0.1, momentum, weightDecay, nesterov), 1, [1, 1, 0, null, 1]), expected);

    [Fact]
    public void Dampening_is_not_of_the_first_step()
    {
        Near(Run(static p => new Sgd([p], 0.1, 0.9, dampening: 0.5), 1, [1, 1, 0, null, 1]), 0.9, 0.76, 0.634, 0.634, 0.4706);
        Near(Run(static p => new Sgd([p], 0.1, dampening: 0.5), 1, [1, 1]), 0.9, 0.8); // not looked at without momentum
        Assert.Equal("Sgd(lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0, nesterov=False)",
            new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1, 0.9, dampening: 0.5).ToString());
        Assert.Equal("Nesterov momentum requires a momentum and zero dampening (Parameter 'nesterov')", Assert.Throws<ArgumentException>(static () =>
            new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1, 0.9, nesterov: true, dampening: 0.1)).Message);
        Assert.StartsWith("Invalid dampening value: -1;", Assert.Throws<ArgumentOutOfRangeException>(static () =>
            new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1, 0.9, dampening: -1)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Constants such as 1 - beta2 are formed in double: made in float they are off by up to 6e-8 / (1 - beta2), which the mean of the squares keeps for ever.
    /// </summary>
    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.99, 0.99999)]
    [InlineData(0.999, 0.9999999)]
    [InlineData(0, 0.5)]
    [InlineData(0.9999, 0)]
    public void Adam_follows_its_formula_in_double(double beta1, double beta2)
    {
        var random = new Surprisal.Kernels.RandomStream(3);
        var g = Enumerable.Range(0, 200).Select(_ => (float)(1 + 0.5 * random.Normal())).ToArray();
        var p = Adam(g, 0.01, beta1: beta1, beta2: beta2);
        var (x, m, v) = (0.0, 0.0, 0.0);
        for (var t = 1; t <= g.Length; t++)
        {
            m = beta1 * m + (1 - beta1) * g[t - 1];
            v = beta2 * v + (1 - beta2) * g[t - 1] * g[t - 1];
            x -= 0.01 / (1 - Math.Pow(beta1, t)) * m / (Math.Sqrt(v / (1 - Math.Pow(beta2, t))) + 1e-8);
            Assert.Equal(x, p[t - 1], 2e-6 * Math.Max(0.01, Math.Abs(x)));
        }
    }

    private static float[] Adam(IEnumerable<float> gradients, double rate, double epsilon = 1e-8, double beta1 = 0.9, double beta2 = 0.999) =>
        Run(p => new Adam([p], rate, beta1, beta2, epsilon), 0, [.. gradients.Select(static g => (float?)g)]);

    /// <summary>Where the parameter is after each step; null is a step without a gradient.</summary>
    private static float[] Run(Func<Tensor<float>, Optimizer> create, float start, float?[] gradients)
    {
        var p = Tensor.Full([3], start, requiresGrad: true);
        var optimizer = create(p);
        return Array.ConvertAll(gradients, g =>
        {
            p.Grad = g is { } value ? Tensor.Full([3], value) : null;
            optimizer.Step();
            return p.Span[1];
        });
    }

    private static void Near(float[] actual, params double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 6e-5);
    }
}
