namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>An operation of your own, with a gradient of your own: PyTorch's <c>autograd.Function</c>.</summary>
    /// <param name="name">What it is called; the tape prints <c>nameBackward</c>.</param>
    /// <param name="inputs">The tensors that it has gradients for.</param>
    /// <param name="forward">
    /// Computes the result, whose shape may be any; nothing in it is recorded. A result that is one of the inputs becomes a new tensor over
    /// the same memory, as <c>Reshape</c> makes one.
    /// </param>
    /// <param name="backward">
    /// Gets the gradient of the final value with respect to the result, never null, and the result; returns one gradient an input, each of
    /// the input's shape, or null for none. It may keep or return what it gets. Nothing in it is recorded.
    /// </param>
    /// <param name="saved">
    /// What else <paramref name="backward"/> reads that somebody might overwrite, such as targets. Backward refuses where one of these, of
    /// the inputs, or the result was written to after <paramref name="forward"/>.
    /// </param>
    /// <returns>The result, on the tape where recording is on and an input requires grad. One: several are pieces of one tensor
    /// (<see cref="Concatenate"/>), or several functions.</returns>
    /// <exception cref="ArgumentNullException">An argument, or one of the inputs, is null.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">Forward returned nothing. In Backward: another number of gradients than of inputs, or
    /// one of another shape; both with the name.</exception>
    /// <example><code>
    /// // A reversed gradient, as training against an adversary needs it (Ganin, Lempitsky 2015):
    /// Tensor&lt;float> Reverse(Tensor&lt;float> x) => Tensor.Function("Reverse", [x], () => x, (gradient, _) => [-gradient]);
    ///
    /// // The exponential, whose gradient is made of its result:
    /// Tensor&lt;float> Exp(Tensor&lt;float> x) => Tensor.Function("Exp", [x], () => x.Exp(), (gradient, y) => [gradient * y]);
    ///
    /// var x = Tensor.Create&lt;float>([0, 1], requiresGrad: true);
    /// Exp(Reverse(x)).Sum().Backward();
    /// Console.WriteLine(x.Grad);                  // tensor([-1.0000, -2.7183])
    /// </code></example>
    public static Tensor<T> Function<T>(
        string name,
        IReadOnlyList<Tensor<T>> inputs,
        Func<Tensor<T>> forward,
        Func<Tensor<T>, Tensor<T>, IReadOnlyList<Tensor<T>?>> backward,
        IReadOnlyList<Tensor>? saved = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        Tensor<T>[] operands = [.. inputs];
        for (var i = 0; i < operands.Length; i++)
            if (operands[i] is null) throw new ArgumentNullException(nameof(inputs), $"inputs[{i}] is null.");
        Tensor<T>? computed;
        using (NoGrad()) computed = forward();
        if (computed is null) throw new InvalidOperationException($"the forward function of {name} returned null; it returns its result.");
        // A new tensor: what forward returned may be an input, on the tape already, or returned once more tomorrow.
        var isKnown = computed.Node is not null || Array.Exists(operands, input => ReferenceEquals(input, computed));
        var output = isKnown ? computed.View(computed.Shape) : computed.Detach();
        return output.Record($"{name}Backward", [.. operands, .. saved ?? [], output], operands, gradient =>
        {
            var gradients = backward(gradient, output);
            CheckGradients(name, operands, gradients);
            return gradients;
        });
    }

    private static void CheckGradients<T>(string name, Tensor<T>[] inputs, IReadOnlyList<Tensor<T>?>? gradients)
        where T : unmanaged, INumber<T>
    {
        if (gradients?.Count != inputs.Length)
            throw new InvalidOperationException($"function {name}Backward returned an incorrect number of gradients " +
                $"(expected {inputs.Length}, got {gradients?.Count ?? 0}): one an input, null for those that have none.");
        for (var i = 0; i < inputs.Length; i++)
            if (gradients[i] is { } gradient && gradient.Shape != inputs[i].Shape)
                throw new InvalidOperationException($"function {name}Backward returned an invalid gradient at index {i} - " +
                    $"got {gradient.Shape} but expected shape {inputs[i].Shape}.");
    }
}
