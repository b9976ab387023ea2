using Surprisal.Modules;

namespace Surprisal.Onnx;

/// <summary>What a model does with a batch, as a graph.</summary>
internal static class OnnxTrace
{
    public const string InputName = "input", OutputName = "logits";

    /// <summary>Runs the model in evaluation on zeros; the graph, and the shape of what came out.</summary>
    public static (OnnxGraph Graph, TensorShape Output) Run(Module model, TensorShape sampleShape, int samples)
    {
        var input = Tensor.Zeros<float>([samples, .. sampleShape.ToArray()]);
        var names = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        var (trace, output) = ModuleTrace.Run(model, input, (name, tensor) => names.TryAdd(tensor, name));
        if (output.Rank < 2 || output.Shape[0] != samples)
            throw new NotSupportedException(
                $"{model.GetType().Name} makes {output.Shape} of {input.Shape}; [{samples}, ...] was expected.");
        var graph = new OnnxGraph(State(model), samples);
        graph.Name(input, InputName);
        var makers = new Dictionary<Tensor, OperationTrace.Operation>(ReferenceEqualityComparer.Instance);
        foreach (var operation in trace.Operations) makers[operation.Output] = operation;
        var needed = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        Need(output);
        var number = 0;
        foreach (var operation in trace.Operations)
        {
            if (!needed.Contains(operation.Output)) continue;
            var name = ReferenceEquals(operation.Output, output) ? OutputName : $"{operation.Name.ToLowerInvariant()}_{number++}";
            try
            {
                OnnxOperations.Add(graph, operation, name);
            }
            catch (NotSupportedException error)
            {
                throw new NotSupportedException($"{model.GetType().Name} cannot be written as ONNX: {error.Message}", error);
            }
            graph.Name(operation.Output, name);
        }
        return (graph, output.Shape);

        void Need(Tensor tensor)
        {
            if (!needed.Add(tensor)) return;
            if (makers.TryGetValue(tensor, out var maker))
            {
                foreach (var part in maker.Inputs)
                    if (part is not null) Need(part);
            }
            else if (names.TryGetValue(tensor, out var name))
                throw new NotSupportedException(
                    $"{model.GetType().Name} cannot be written as ONNX: {name}, which makes a tensor of shape " +
                    $"{tensor.Shape}, has no counterpart.");
        }
    }

    private static Dictionary<Tensor, string> State(Module model)
    {
        var state = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, tensor) in model.StateDictionary()) state.TryAdd(tensor, name);
        return state;
    }
}
