namespace Surprisal.Modules;

/// <summary>Normalises each channel of [N, C, H, W] to mean 0 and variance 1, then scales and shifts it.</summary>
/// <remarks>
/// In training with the batch's statistics, which also move the running ones; in evaluation with the running ones. Ioffe and Szegedy 2015.
/// Defaults as PyTorch's: epsilon 1e-5, momentum 0.1, running variance unbiased.
/// </remarks>
public sealed class BatchNorm2d : Module
{
    internal const string OneValue = "Expected more than 1 value per channel when training";

    private readonly double epsilon, momentum;
    private readonly Tensor<float> weight, bias, runningMean, runningVariance;
    private readonly Tensor<long> batches;

    /// <summary>A layer for the given number of channels; weight 1 and bias 0 at first.</summary>
    /// <param name="numFeatures">The number of channels, the size of the second dimension; at least 1.</param>
    /// <param name="epsilon">Added to the variance, against 0; not checked. Default 1e-5.</param>
    /// <param name="momentum">How far the running statistics move towards each batch's: 0 keeps them,
    /// 1 forgets what was before; not checked. Default 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels.</exception>
    public BatchNorm2d(int numFeatures, double epsilon = 1e-5, double momentum = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numFeatures);
        (this.epsilon, this.momentum) = (epsilon, momentum);
        weight = Parameter("weight", Tensor.Ones<float>([numFeatures]));
        bias = Parameter("bias", Tensor.Zeros<float>([numFeatures]));
        runningMean = Buffer("running_mean", Tensor.Zeros<float>([numFeatures]));
        runningVariance = Buffer("running_var", Tensor.Ones<float>([numFeatures]));
        batches = Buffer("num_batches_tracked", Tensor.Zeros<long>([]));
    }

    /// <inheritdoc/>
    protected override string Details =>
        $"{weight.Length}, eps={NumberFormat.Short(epsilon)}, momentum={NumberFormat.Short(momentum)}, " +
        "affine=True, track_running_stats=True";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not [N, C, H, W] with this layer's channels, or in training a single value a
    /// channel.</exception>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        var channels = weight.Length;
        if (input.Rank != 4 || input.Shape[1] != channels)
            throw new ArgumentException($"the input has shape {input.Shape}; expected 4D input [N, {channels}, H, W].",
                nameof(input));
        var count = (double)input.Length / channels;
        if (IsTraining && count == 1) throw new ArgumentException($"{OneValue}, got input size {input.Shape}", nameof(input));
        var fromBatch = IsTraining && count > 0;
        var (mean, variance) = (Wide(runningMean), Wide(runningVariance));
        var output = input.BatchNorm(weight, bias, epsilon, mean, variance, fromBatch);
        for (var c = 0; c < channels && fromBatch; c++)
        {
            runningMean.Span[c] = (float)((1 - momentum) * runningMean.Span[c] + momentum * mean[c]);
            runningVariance.Span[c] = (float)((1 - momentum) * runningVariance.Span[c] + momentum * (variance[c] * count / (count - 1)));
        }
        if (IsTraining) batches.Span[0]++;
        return output;
    }

    private static double[] Wide(Tensor<float> perChannel) => Array.ConvertAll(perChannel.ToArray(), static value => (double)value);
}
