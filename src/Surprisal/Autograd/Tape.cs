namespace Surprisal;

/// <summary>Records operations: gives a result the node that says how its inputs receive their gradients.</summary>
internal static class Tape
{
    [ThreadStatic] private static Action<string, Tensor>? watcher;

    /// <summary>Is told the name and the result of every operation on this thread; null, the default, is nobody.</summary>
    public static Action<string, Tensor>? Watcher
    {
        get => watcher;
        set => watcher = value;
    }

    /// <summary>The edge by which <paramref name="input"/> receives its gradient; null when it wants none.</summary>
    public static Edge? MakeEdge<T>(this Tensor<T> input, Func<Tensor<T>, Tensor<T>> gradient) where T : unmanaged, INumber<T> =>
        MakeEdge<T, T>(input, gradient);

    /// <summary>The edge of an operation that changes the element type, as a conversion does.</summary>
    public static Edge? MakeEdge<T, TOutput>(this Tensor<T> input, Func<Tensor<TOutput>, Tensor<T>> gradient)
        where T : unmanaged, INumber<T>
        where TOutput : unmanaged, INumber<TOutput> =>
        input.Node is { } node && GradMode.IsEnabled ? new Edge(node, g => gradient((Tensor<TOutput>)g)) : null;

    /// <summary>Puts <paramref name="output"/> on the tape when any input wants a gradient.</summary>
    /// <param name="output">The operation's result, new or sharing the input's memory, not yet on the tape.</param>
    /// <param name="name">PyTorch's name of the backward operation.</param>
    /// <param name="saved">What the backward formula reads; a later write to any of them makes Backward refuse. Null where no input needs
    /// it.</param>
    /// <param name="inputs">One edge an input, null for those without a gradient.</param>
    public static Tensor<T> Record<T>(this Tensor<T> output, string name, ReadOnlySpan<Tensor?> saved, params ReadOnlySpan<Edge?> inputs)
        where T : unmanaged, INumber<T>
    {
        Span<Edge> edges = new Edge[inputs.Length];
        var count = 0;
        foreach (var input in inputs)
            if (input is { } edge)
                edges[count++] = edge;
        if (count > 0) output.SetNode(new GradientFunction(name, saved, edges[..count]));
        watcher?.Invoke(name, output);
        return output;
    }

    /// <summary>Puts an operation on the tape whose gradients come together.</summary>
    /// <param name="output">The operation's result, not yet on the tape.</param>
    /// <param name="name">The name of the backward operation.</param>
    /// <param name="saved">What the backward formula reads.</param>
    /// <param name="inputs">The inputs, those without a gradient too.</param>
    /// <param name="gradients">The output's gradient to one gradient an input, null for none.</param>
    public static Tensor<T> Record<T>(
        this Tensor<T> output,
        string name,
        ReadOnlySpan<Tensor?> saved,
        Tensor<T>[] inputs,
        Func<Tensor<T>, IReadOnlyList<Tensor<T>?>> gradients)
        where T : unmanaged, INumber<T>
    {
        int[] places = GradMode.IsEnabled ? [.. Enumerable.Range(0, inputs.Length).Where(i => inputs[i].RequiresGrad)] : [];
        if (places.Length > 0)
        {
            output.SetNode(new GradientFunction(name, saved, [.. places.Select(i => inputs[i].Node!)], gradient =>
            {
                var all = gradients((Tensor<T>)gradient);
                return Array.ConvertAll(places, Tensor? (i) => all[i]);
            }));
        }
        watcher?.Invoke(name, output);
        return output;
    }

    /// <summary>Tells the trace of this thread, if there is one, what an operation was made of.</summary>
    /// <param name="output">The operation's result.</param>
    /// <param name="name">The name of the operation in ONNX.</param>
    /// <param name="inputs">What went in, in ONNX's order; null for what was left out.</param>
    public static Tensor<T> Traced<T>(this Tensor<T> output, string name, params ReadOnlySpan<Tensor?> inputs)
        where T : unmanaged, INumber<T>
    {
        OperationTrace.Current?.Add(new(name, output, inputs.ToArray(), Settings: null));
        return output;
    }

    /// <inheritdoc cref="Traced{T}(Tensor{T}, string, ReadOnlySpan{Tensor?})"/>
    /// <param name="output">The operation's result.</param>
    /// <param name="name">The name of the operation in ONNX.</param>
    /// <param name="settings">What it was told beside tensors.</param>
    /// <param name="inputs">What went in, in ONNX's order; null for what was left out.</param>
    public static Tensor<T> Traced<T, TSettings>(
        this Tensor<T> output, string name, TSettings settings, params ReadOnlySpan<Tensor?> inputs)
        where T : unmanaged, INumber<T>
        where TSettings : struct
    {
        OperationTrace.Current?.Add(new(name, output, inputs.ToArray(), settings));
        return output;
    }
}
