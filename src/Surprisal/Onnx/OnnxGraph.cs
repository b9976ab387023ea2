using System.Runtime.InteropServices;

namespace Surprisal.Onnx;

/// <summary>
/// A graph of ONNX that is being made: nodes, initializers, and which tensor has which name. Field numbers are those of onnx.proto.
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1, Int64 = 7; // TensorProto.DataType

    private readonly Dictionary<Tensor, string> names = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Name, ProtobufMessage Message)> initializers = [];
    private readonly IReadOnlyDictionary<Tensor, string> state;

    /// <summary>No node yet.</summary>
    /// <param name="state">The model's parameters and buffers with their full names.</param>
    /// <param name="samples">How many samples the traced batch has; in the graph any number.</param>
    public OnnxGraph(IReadOnlyDictionary<Tensor, string> state, int samples) => (this.state, Samples) = (state, samples);

    public int Samples { get; }

    /// <summary>The nodes in their order, as they are written.</summary>
    public List<ProtobufMessage> Nodes { get; } = [];

    public IEnumerable<ProtobufMessage> Initializers => initializers.Select(static initializer => initializer.Message);

    /// <summary>The full name of a parameter without its last part: the module's; null for what is no parameter.</summary>
    public string? ModuleOf(Tensor? tensor) =>
        tensor is not null && state.TryGetValue(tensor, out var name) ? name[..(name.LastIndexOf('.') + 1)] : null;

    public void Name(Tensor tensor, string name) => names[tensor] = name;

    /// <summary>The name of a tensor that went into an operation: made before, a parameter, or one number; "" for none.</summary>
    /// <exception cref="NotSupportedException">It came from nowhere that the trace knows.</exception>
    public string NameOf(Tensor? tensor)
    {
        if (tensor is null) return "";
        if (names.TryGetValue(tensor, out var name)) return name;
        if (tensor is Tensor<float> floats && (state.TryGetValue(tensor, out name) || floats.Length == 1))
            return names[tensor] = Constant(name ?? $"constant_{initializers.Count}", floats.ToArray(),
                [.. floats.Shape.ToArray().Select(static size => (long)size)]);
        throw new NotSupportedException($"a tensor of shape {tensor.Shape} comes from no operation, parameter or buffer.");
    }

    /// <summary>Adds numbers that the file holds, once a name.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Initializer(name, Float, MemoryMarshal.AsBytes(values).ToArray(), shape);

    /// <inheritdoc cref="Constant(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public string Constant(string name, ReadOnlySpan<long> values) =>
        Initializer(name, Int64, MemoryMarshal.AsBytes(values).ToArray(), [values.Length]);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="type">What it does.</param>
    /// <param name="inputs">Names; "" for what is left out.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="attributes">long, float, long[] or string each.</param>
    public string Node(string type, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs.TrimEnd("")) node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, type);
        foreach (var (name, value) in attributes) node.Add(5, Attribute(name, value));
        Nodes.Add(node);
        return output;
    }

    private static ProtobufMessage Attribute(string name, object value)
    {
        var attribute = new ProtobufMessage().Add(1, name);
        switch (value)
        {
            case float number:
                return attribute.Add(2, number).Add(20, 1);
            case long number:
                return attribute.Add(3, number).Add(20, 2);
            case string text:
                return attribute.Add(4, text).Add(20, 3);
            default:
                foreach (var number in (long[])value) attribute.Add(8, number);
                return attribute.Add(20, 7);
        }
    }

    private string Initializer(string name, int type, byte[] bytes, ReadOnlySpan<long> shape)
    {
        if (initializers.Exists(initializer => initializer.Name == name)) return name;
        var tensor = new ProtobufMessage();
        foreach (var size in shape) tensor.Add(1, size);
        initializers.Add((name, tensor.Add(2, type).Add(8, name).Add(9, bytes)));
        return name;
    }
}
