using System.Runtime.ExceptionServices;

namespace Surprisal.Cuda;

/// <summary>
/// A loss that a GPU computes, and the way back to its inputs. Nothing waits for the GPU before the value is read: what is wrong, such as a
/// target that is no class, is thrown then.
/// </summary>
/// <typeparam name="T">The inputs' element: float, double, Half or BFloat16.</typeparam>
/// <remarks>
/// Made by <see cref="CudaLossExtensions"/>. The gradient is computed with the value, and waits for
/// <see cref="Backward"/>. One thread at a time.
/// </remarks>
public sealed class CudaLoss<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly DeviceScratch? memory;
    private readonly ulong state;
    private IReadOnlyList<(CudaTensor<T> Input, CudaTensor<T> Gradient)> gradients;
    private Func<LossResult>? read;
    private ExceptionDispatchInfo? failure;
    private LossResult result;
    private bool hasGoneBackward;

    /// <param name="gradients">What requires a gradient, and its own, which the launches write.</param>
    /// <param name="memory">Of the launches; null where there were none.</param>
    /// <param name="state">Where they say what they found, or 0.</param>
    /// <param name="read">Waits for them, and makes the result of it.</param>
    internal CudaLoss(
        IReadOnlyList<(CudaTensor<T> Input, CudaTensor<T> Gradient)> gradients,
        DeviceScratch? memory,
        ulong state,
        Func<LossResult> read) =>
        (this.gradients, this.memory, this.state, this.read) = (gradients, memory, state, read);

    /// <summary>The value, and what it was made of, in nats. Waits for the GPU when it is read first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, with its position; there is no gradient.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <exception cref="CudaException">An error of the driver.</exception>
    public LossResult Result
    {
        get
        {
            Finish();
            failure?.Throw();
            return result;
        }
    }

    /// <summary>The value in nats, rounded once; reads <see cref="Result"/>.</summary>
    public T Item() => T.CreateTruncating(Result.Value);

    /// <summary>
    /// Adds the derivative with respect to each input that requires one to its <see cref="CudaTensor{T}.Grad"/>, on the GPU; does not wait
    /// for it.
    /// </summary>
    /// <param name="factor">The derivative of what is minimized with respect to this loss. Default 1. A gradient of 16 bits
    /// has been rounded before it is multiplied.</param>
    /// <exception cref="InvalidOperationException">No input requires a gradient, or it has gone backward before.</exception>
    public void Backward(double factor = 1)
    {
        failure?.Throw();
        if (hasGoneBackward)
            throw new InvalidOperationException(
                "Trying to backward through the graph a second time: the first Backward has given the gradient away; evaluate again.");
        if (gradients.Count == 0)
            throw new InvalidOperationException(
                "no input of the loss requires grad, so there is nothing to go backward to: set their RequiresGrad.");
        hasGoneBackward = true;
        foreach (var (input, gradient) in gradients) input.Accumulate(gradient, factor, read is null ? 0 : state, () => _ = Result);
        gradients = [];
    }

    /// <summary>Gives back what the GPU needed, after waiting for it.</summary>
    public void Dispose()
    {
        Finish();
        foreach (var (_, gradient) in gradients) gradient.Dispose();
        gradients = [];
    }

    /// <summary>Waits and notes what was found.</summary>
    private void Finish()
    {
        if (read is null) return;
        try
        {
            result = read();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or CudaException)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }
        read = null;
        memory?.Dispose();
    }
}
