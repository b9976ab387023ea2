using System.Collections.ObjectModel;
using Surprisal.Modules;

namespace Surprisal.Onnx;

/// <summary>Models as ONNX files, which ONNX Runtime and others run: IR 8, opset 17, float, any number of samples.</summary>
/// <example><code>
/// using Surprisal.Modules;
/// using Surprisal.Onnx;
///
/// var path = System.IO.Path.GetTempFileName();
/// var model = new LeNet(channels: 1, height: 28, width: 28, classes: 10, new Seed(0));
/// OnnxModel.Write(path, model, [1, 28, 28], new Dictionary&lt;string, string> { ["class_names"] = """["zero", "one"]""" });
/// Console.WriteLine(new System.IO.FileInfo(path).Length > 500_000);         // True
/// System.IO.File.Delete(path);
/// </code></example>
public static class OnnxModel
{
    private const int IrVersion = 8, Opset = 17;

    /// <summary>Writes a model as it is in evaluation, whole or not at all.</summary>
    /// <param name="path">The file; what was there before is replaced.</param>
    /// <param name="model">Any module that maps [N, sampleShape] to [N, ...] by layers and operations that ONNX has: what it does with a
    /// batch of zeros is written down. Its mode is afterwards what it was.</param>
    /// <param name="sampleShape">The shape of one input, such as [1, 28, 28]. The graph's input is called input and is [N, sampleShape],
    /// its output logits; N is free.</param>
    /// <param name="metadata">Words to keep in the file, such as class_names; none by default.</param>
    /// <exception cref="NotSupportedException">An operation without counterpart in ONNX, by name; nothing is written.</exception>
    /// <exception cref="ArgumentException">The model does not take such samples, or is larger than the 2 GiB that the format
    /// holds.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, Module model, TensorShape sampleShape, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        var message = Message(model, sampleShape, metadata ?? ReadOnlyDictionary<string, string>.Empty);
        AtomicFile.Write(path, message.WriteTo);
    }

    private static ProtobufMessage Message(Module model, TensorShape sampleShape, IReadOnlyDictionary<string, string> metadata)
    {
        var (graph, outputShape) = OnnxTrace.Run(model, sampleShape, samples: 2);
        var (other, _) = OnnxTrace.Run(model, sampleShape, samples: 3);
        if (!Bytes(graph.Nodes).SequenceEqual(Bytes(other.Nodes)))
            throw new NotSupportedException(
                $"{model.GetType().Name} does other things with 3 samples than with 2; ONNX has one graph for all.");
        var body = new ProtobufMessage();
        foreach (var node in graph.Nodes) body.Add(1, node);
        body.Add(2, model.GetType().Name);
        foreach (var initializer in graph.Initializers) body.Add(5, initializer);
        body.Add(11, Value(OnnxTrace.InputName, sampleShape)).Add(12, Value(OnnxTrace.OutputName, outputShape[1..]));
        var message = new ProtobufMessage().Add(1, IrVersion).Add(2, "Surprisal").Add(7, body)
            .Add(8, new ProtobufMessage().Add(2, Opset));
        foreach (var (key, value) in metadata) message.Add(14, new ProtobufMessage().Add(1, key).Add(2, value));
        if (message.Size > int.MaxValue)
            throw new ArgumentException(
                $"{model.GetType().Name} takes {message.Size} bytes as ONNX; {int.MaxValue} fit the format.", nameof(model));
        return message;
    }

    private static byte[] Bytes(IEnumerable<ProtobufMessage> nodes)
    {
        using var stream = new MemoryStream();
        foreach (var node in nodes) node.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>A float tensor [N, sizes].</summary>
    private static ProtobufMessage Value(string name, TensorShape sizes)
    {
        var shape = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, "N"));
        foreach (var size in sizes) shape.Add(1, new ProtobufMessage().Add(1, size));
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, 1L).Add(2, shape)));
    }
}
