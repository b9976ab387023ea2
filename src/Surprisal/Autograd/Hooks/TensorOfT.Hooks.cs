namespace Surprisal;

/// <content>Looking at gradients, and changing them, while Backward is under way.</content>
public sealed partial class Tensor<T>
{
    /// <summary>Calls a function with this tensor's gradient in every Backward, before the gradient goes on.</summary>
    /// <param name="hook">
    /// Gets the total gradient, of this tensor's shape, and returns null to keep it, or a tensor of the same shape that takes its place for
    /// all that follows. It may keep what it gets. What it computes is not recorded.
    /// </param>
    /// <returns>Disposing it removes the hook; it needs no disposing otherwise.</returns>
    /// <remarks>
    /// Once a Backward, in the order of registration, after everything that uses the tensor has added its part: of a leaf before
    /// <see cref="Grad"/>, of a result before the operation that made it. What <see cref="RetainGrad"/> keeps is the gradient after all
    /// hooks. A leaf keeps its hooks; those of a result belong to the value that it has now: after a recorded write in place, such as
    /// <c>y += x</c>, they get the gradient of the value before it, as in PyTorch.
    /// </remarks>
    /// <exception cref="ArgumentNullException">No function is given.</exception>
    /// <exception cref="InvalidOperationException">The tensor does not require grad. In Backward: the hook returned another
    /// shape.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([1, 2], requiresGrad: true);
    /// using var hook = x.RegisterHook(gradient => gradient * 0.5f);
    /// (x * x).Sum().Backward();
    /// Console.WriteLine(x.Grad);                  // tensor([1., 2.])
    /// </code></example>
    public IDisposable RegisterHook(Func<Tensor<T>, Tensor<T>?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        if (Node is null) throw new InvalidOperationException("cannot register a hook on a tensor that doesn't require gradient");
        return (Node.Hooks ??= new GradientHooks()).Add(gradient => hook((Tensor<T>)gradient));
    }
}
