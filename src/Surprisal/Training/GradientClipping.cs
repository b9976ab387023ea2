using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Keeps gradients from becoming too large, between Backward and the optimizer's step.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients together so that their common Euclidean norm is at most <paramref name="maximum"/>.</summary>
    /// <returns>The norm before clipping. PyTorch's <c>clip_grad_norm_</c>, its 1e-6 in the divisor included.</returns>
    public static double ByNorm(IEnumerable<Tensor<float>> parameters, double maximum)
    {
        var gradients = parameters.Select(static parameter => parameter.Gradient).OfType<Tensor<float>>().ToList();
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
    public static void ByValue(IEnumerable<Tensor<float>> parameters, double maximum)
    {
        foreach (var parameter in parameters)
            if (parameter.Gradient is { } gradient)
                foreach (ref var value in gradient.Span)
                    value = Math.Clamp(value, (float)-maximum, (float)maximum);
    }
}
