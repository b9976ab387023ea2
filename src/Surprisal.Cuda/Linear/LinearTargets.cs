namespace Surprisal.Cuda;

/// <summary>What rows of hidden states are compared with: class indices, or class probabilities.</summary>
internal abstract class LinearTargets<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Where class probabilities lie; 0 of class indices.</summary>
    public virtual ulong Probabilities => 0;

    /// <summary>The device that has them.</summary>
    public abstract ICudaDevice Device { get; }

    /// <summary>Refuses targets of another shape than hidden states and weight need, and options that do not fit.</summary>
    /// <exception cref="ArgumentException">By the argument, with its shape and the one it needs.</exception>
    /// <exception cref="InvalidOperationException">An ignored index where there are no indices.</exception>
    /// <exception cref="NotSupportedException">What has no kernel.</exception>
    public abstract void Check(LinearCrossEntropyLoss loss, TensorShape hidden, TensorShape weight);

    /// <summary>Refuses an output in their memory.</summary>
    public abstract void CheckApart(CudaTensor<T>? output, string name);

    /// <summary>Lets our stream wait for what others are doing with them.</summary>
    public abstract void Begin();

    /// <summary>Starts the launches that come first: what a mean divides by, and which rows count.</summary>
    /// <param name="loss">The options.</param>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="sizes">Rows, features, classes.</param>
    /// <param name="weights">One for each class, or 0.</param>
    /// <param name="sampleWeights">One for each row, or 0.</param>
    /// <param name="state">What an evaluation finds.</param>
    /// <returns>A class of each row, -1 where it does not count, and the sample weights as doubles, or 0.</returns>
    public abstract (ulong Classes, ulong SampleWeights) Start(
        LinearCrossEntropyLoss loss, DeviceScratch memory, LinearSizes sizes, ulong weights, ulong sampleWeights, ulong state);

    /// <summary>What the loss returns for what the kernels found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where that is an error.</exception>
    public virtual LossResult Result(LinearCrossEntropyLoss loss, LinearSizes sizes, EvaluationState state) =>
        CudaShape.Result(loss, state);

    /// <summary>The error about targets of another shape, by their name.</summary>
    protected static ArgumentException Misfit(string message, string name) => new(message, name);

    /// <summary>Refuses another number of class weights than classes.</summary>
    protected static void CheckWeights(LinearCrossEntropyLoss loss, int classes)
    {
        if (loss.Weight is { } weights && weights.Count != classes)
            throw new ArgumentException($"weight tensor should be defined either for all {classes} classes or no classes but got " +
                $"weight tensor of shape: [{weights.Count}]", nameof(loss));
    }
}
