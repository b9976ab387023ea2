using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Keeps gradients from becoming too large, between Backward and the optimizer's step. A parameter that is listed twice counts once.
/// </summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients together so that their common Euclidean norm is at most <paramref name="maximum"/>.</summary>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <param name="maximum">Greater than 0; infinity only measures.</param>
    /// <returns>The norm before clipping, in double. PyTorch's <c>clip_grad_norm_</c>, its 1e-6 in the divisor included.</returns>
    /// <exception cref="ArgumentNullException">No parameters are given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A maximum that is not greater than 0.</exception>
    /// <exception cref="InvalidOperationException">A gradient that is NaN or infinite; nothing is written then.</exception>
    public static double ByNorm(IEnumerable<Tensor<float>> parameters, double maximum)
    {
        var gradients = Gradients(parameters, maximum);
        var squares = 0.0;
        foreach (var gradient in gradients)
            foreach (var value in gradient.Span)
                squares += (double)value * value;
        var norm = Math.Sqrt(squares);
        var scale = (float)(maximum / (norm + 1e-6));
        if (scale < 1)
            foreach (var gradient in gradients)
                Elementwise.Map(gradient.Span, scale, gradient.Span, default(Formulas<float>.Multiply));
        return norm;
    }

    /// <summary>Clamps every element of every gradient to [-maximum, maximum].</summary>
    /// <inheritdoc cref="ByNorm" path="/param"/>
    /// <inheritdoc cref="ByNorm" path="/exception"/>
    public static void ByValue(IEnumerable<Tensor<float>> parameters, double maximum)
    {
        foreach (var gradient in Gradients(parameters, maximum))
            foreach (ref var value in gradient.Span)
                value = Math.Clamp(value, (float)-maximum, (float)maximum);
    }

    /// <summary>Each gradient once, all of them finite: one that is not would make all others 0 or NaN, or be hidden.</summary>
    private static List<Tensor<float>> Gradients(IEnumerable<Tensor<float>> parameters, double maximum)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maximum > 0))
            throw new ArgumentOutOfRangeException(nameof(maximum),
                $"maximum is {maximum}; it must be greater than 0: a negative one would turn gradients around.");
        var (gradients, seen) = (new List<Tensor<float>>(), new HashSet<Tensor<float>>());
        foreach (var (index, parameter) in parameters.Index())
        {
            if (parameter.Gradient is not { } gradient || !seen.Add(gradient)) continue;
            var values = gradient.Span;
            for (var i = 0; i < values.Length; i++)
                if (!float.IsFinite(values[i]))
                    throw new InvalidOperationException($"the gradient of parameter {index}, of shape {parameter.Shape}, " +
                        $"is {values[i]} at flat position {i}; a step with it would ruin the model.");
            gradients.Add(gradient);
        }
        return gradients;
    }
}
