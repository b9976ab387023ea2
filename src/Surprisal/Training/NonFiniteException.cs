namespace Surprisal.Training;

/// <summary>
/// A loss or a gradient was NaN or infinite while training. The batch is undone: parameters, buffers and the position are as before it.
/// </summary>
/// <remarks>
/// Causes are too high a learning rate, a module that overflows, or data that are not finite. <see cref="Trainer.KeepGoing"/> passes over
/// such batches.
/// </remarks>
public sealed class NonFiniteException : ArithmeticException
{
    internal NonFiniteException(string message) : base(message) { }

    /// <summary>The number of the epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of the batch in its epoch, from 1.</summary>
    public required int Batch { get; init; }

    /// <summary>The batch's mean loss, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The samples of the batch, as indices into the loader's dataset.</summary>
    public required IReadOnlyList<int> Samples { get; init; }

    /// <summary>
    /// The parameter whose gradient is the first that is not finite, in the order of Backward; null when the loss itself is not finite.
    /// </summary>
    public string? Gradient { get; init; }

    /// <summary>
    /// The module whose result is the first that is not finite: the last before it whose turn came in a <see cref="Modules.Sequential"/> or
    /// whose parameter was used; empty for the model itself. Null when inputs, loss or gradients are to blame.
    /// </summary>
    public string? Module { get; init; }

    /// <summary>That result's operation, by PyTorch's name of its node; null when <see cref="Module"/> is.</summary>
    public string? Operation { get; init; }

    /// <summary>
    /// The first sample, as an index into the loader's dataset, whose input is not finite, or whose loss is not while another's is.
    /// Null when no sample is to blame.
    /// </summary>
    public int? Sample { get; init; }
}
