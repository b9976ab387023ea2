namespace Surprisal.Modules;

/// <summary>Normalises each channel of a batch to mean 0 and variance 1, then scales and shifts it: what its two forms share.</summary>
/// <remarks>
/// In training with the batch's statistics, which also move the running ones; in evaluation with the running ones. Ioffe and Szegedy 2015.
/// Defaults as PyTorch's: epsilon 1e-5, momentum 0.1, running variance unbiased.
/// </remarks>
public abstract class BatchNorm : Module
{
    internal const string OneValue = "Expected more than 1 value per channel when training";

    private readonly double epsilon, momentum;
    private readonly Tensor<float> weight, bias, runningMean, runningVariance;
    private readonly Tensor<long> batches;

    private protected BatchNorm(int numFeatures, double epsilon, double momentum)
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

    /// <summary>What an input looks like, for the message about one that does not.</summary>
    private protected abstract string Expected(int channels);

    /// <summary>Whether an input has the dimensions of this form.</summary>
    private protected abstract bool Takes(int rank);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Another shape, or other than this layer's channels, or in training a single value a
    /// channel.</exception>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        var channels = weight.Length;
        if (!Takes(input.Rank) || input.Shape[1] != channels)
            throw new ArgumentException($"the input has shape {input.Shape}; expected {Expected(channels)}.", nameof(input));
        var meeting = IsTraining ? PartMeeting.Current : null;
        var count = (double)input.Length / channels;
        if (IsTraining && count == 1 && meeting is null)
            throw new ArgumentException($"{OneValue}, got input size {input.Shape}", nameof(input));
        var fromBatch = IsTraining && (count > 0 || meeting is not null);
        var (mean, variance) = (Wide(runningMean), Wide(runningVariance));
        var output = input.BatchNorm(weight, bias, epsilon, mean, variance, fromBatch, meeting);
        if (meeting is not null)
        {
            if (meeting.Count == 1) throw new ArgumentException($"{OneValue}, got a batch of one row", nameof(input));
            if (!meeting.IsFirst) return output; // the statistics move once a batch, not once a part
            count = meeting.Count;
        }
        if (IsTraining && meeting is null && PartMoments.Current is { } part) part.Calls.Add((Move, count, mean, variance));
        else if (IsTraining) Move(count, mean, variance);
        return output;
    }

    /// <summary>Moves the running statistics towards those of a batch; one without elements is counted alone.</summary>
    private void Move(double count, double[] mean, double[] variance)
    {
        for (var c = 0; c < weight.Length && count > 0; c++)
        {
            runningMean.Span[c] = (float)((1 - momentum) * runningMean.Span[c] + momentum * mean[c]);
            runningVariance.Span[c] = (float)((1 - momentum) * runningVariance.Span[c] + momentum * (variance[c] * count / (count - 1)));
        }
        batches.Span[0]++;
    }

    private static double[] Wide(Tensor<float> perChannel) => Array.ConvertAll(perChannel.ToArray(), static value => (double)value);
}
