namespace Surprisal.Cuda;

/// <content>The losses whose targets are numbers.</content>
public static partial class CudaLossExtensions
{
    /// <summary>A loss whose targets are numbers on a GPU, reduced. Returns before the GPU has computed it.</summary>
    /// <param name="loss">Any of them but the losses of regions, reduced to one number.</param>
    /// <param name="input">Any shape; float, double, Half or BFloat16. Where it requires a gradient that is computed too, into memory of
    /// its own. It may be given back afterwards: the GPU keeps the order.</param>
    /// <param name="target">The input's shape: nothing broadcasts here. Where it requires a gradient, it receives one too.</param>
    /// <param name="sampleWeights">How often each loss counts, in the shape of the losses before the reduction. Null for all 1. No
    /// gradient.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or no reduction.</exception>
    /// <exception cref="NotSupportedException">Targets that would have to be repeated.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T>(
        this DenseLoss loss, CudaTensor<T> input, CudaTensor<T> target, CudaTensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckReduction(loss);
        var shape = CudaArguments.Check(loss, input, target, null, null, sampleWeights, null);
        var (gradient, targetGradient) = (GradientOf(input), GradientOf(target));
        var gradients = Wanted((input, gradient), (target, targetGradient));
        if (shape.Elements == 0) return new(gradients, null, 0, () => shape.ResultOfNothing(loss, null, sampleWeights, input.Device));
        var evaluation = new DenseEvaluation(input.Device, loss, shape);
        return Start(input.Device, gradients,
            memory => evaluation.Start<T>(memory, input.Address, target.Address, gradient?.Address ?? 0, 0, sampleWeights?.Address ?? 0,
                targetGradient?.Address ?? 0),
            state => shape.Result(loss, ClassEvaluation.Read(input.Device, state), input, target));
    }
}
