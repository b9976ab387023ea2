namespace Surprisal.Tests;

/// <summary>Backward against central differences in double. Outputs are projected on a random vector, so every output element counts.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-6;

    /// <summary>Relative to the largest difference of the input, plus as much absolutely: differences themselves are good to about 1e-9.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>Random normal inputs of the given shapes.</summary>
    public static void Run(long seed, Func<Tensor<double>[], Tensor<double>> f, params ReadOnlySpan<int[]> shapes)
    {
        var inputs = new Tensor<double>[shapes.Length];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = Tensor.Randn<double>(shapes[i], new Seed(seed * 100 + i));
        Run(seed, f, inputs);
    }

    /// <summary>The given inputs; the seed chooses the projection.</summary>
    public static void Run(long seed, Func<Tensor<double>[], Tensor<double>> f, Tensor<double>[] inputs)
    {
        foreach (var input in inputs) input.WithGrad(true).ZeroGrad();
        var output = f(inputs);
        var projection = Tensor.Randn<double>(output.Shape, new Seed(seed * 100 + 99));
        output.Backward(projection);
        for (var k = 0; k < inputs.Length; k++)
        {
            var gradient = inputs[k].Grad;
            Assert.True(gradient is not null, $"seed {seed}: input {k} of shape {inputs[k].Shape} got no gradient.");
            Assert.True(gradient.Shape.Equals(inputs[k].Shape),
                $"seed {seed}: the gradient of input {k} has shape {gradient.Shape}, the input {inputs[k].Shape}.");
            var differences = Differences(f, inputs, k, projection);
            var scale = 1 + differences.Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (var i = 0; i < differences.Length; i++)
                Assert.True(Math.Abs(gradient.Span[i] - differences[i]) <= Tolerance * scale,
                    $"seed {seed}: Backward gives {gradient.Span[i]:R} for element {i} of input {k}, differences give {differences[i]:R}.");
        }
    }

    private static double[] Differences(Func<Tensor<double>[], Tensor<double>> f, Tensor<double>[] inputs, int k, Tensor<double> projection)
    {
        using var scope = Tensor.NoGrad();
        var memory = inputs[k].Span;
        var differences = new double[memory.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            var x = memory[i];
            memory[i] = x + Step;
            var above = f(inputs).ToArray();
            memory[i] = x - Step;
            var below = f(inputs).ToArray();
            memory[i] = x;
            for (var j = 0; j < above.Length; j++) differences[i] += projection.Span[j] * (above[j] - below[j]);
            differences[i] /= 2 * Step;
        }
        return differences;
    }
}
