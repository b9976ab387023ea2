using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Memory with gaps is refused for every argument of every call on spans, by name, before anything is written.</summary>
public sealed class DenseMemoryTests
{
    private static readonly (string Call, string[] Arguments, Action<string, float[]> Run)[] Calls =
    [
        .. EveryLoss.OfIndices.Select(static loss => ($"{loss.GetType().Name} over classes", new[] { "logits", "targets", "gradient", "losses", "sampleWeights" }, (Action<string, float[]>)((gap, written) =>
            loss.Evaluate(Read<float>("logits", gap, [2, 3]), Read<int>("targets", gap, [2]), Write("gradient", gap, written, [2, 3]), Write("losses", gap, written, [2]), Read<float>("sampleWeights", gap, [2]))))),
        .. EveryLoss.OfNumbers.Select(static loss => (loss.GetType().Name, new[] { "inputs", "targets", "gradient", "targetGradient", "losses", "sampleWeights" }, (Action<string, float[]>)((gap, written) =>
            loss.Evaluate(Read<float>("inputs", gap, [2, 3]), Read<float>("targets", gap, [2, 3]), Write("gradient", gap, written, [2, 3]), Write("targetGradient", gap, written, [2, 3]),
                Write("losses", gap, written, loss is MultiLabelSoftMarginLoss ? [2] : [2, 3]), Read<float>("sampleWeights", gap, loss is MultiLabelSoftMarginLoss ? [2] : [3]))))),
        ("probabilities", ["inputs", "targets", "gradient", "targetGradient", "losses", "sampleWeights"], static (gap, written) =>
            new CrossEntropyLoss().Evaluate(Read<float>("inputs", gap, [2, 3]), Read<float>("targets", gap, [2, 3]), Write("gradient", gap, written, [2, 3]), Write("targetGradient", gap, written, [2, 3]), Write("losses", gap, written, [2]), Read<float>("sampleWeights", gap, [2]))),
        ("Softmax", ["x", "destination"], static (gap, written) => SpanFunctions.Softmax(X(gap), 1, To(gap, written))),
        ("LogSoftmax", ["x", "destination"], static (gap, written) => SpanFunctions.LogSoftmax(X(gap), 1, To(gap, written))),
        ("Softmin", ["x", "destination"], static (gap, written) => SpanFunctions.Softmin(X(gap), 0, To(gap, written))),
        ("LogSumExp", ["x", "destination"], static (gap, written) => SpanFunctions.LogSumExp(X(gap), 1, Write("destination", gap, written, [2]))),
        ("SoftmaxGradient", ["output", "upstream", "destination"], static (gap, written) => SpanFunctions.SoftmaxGradient(Read<float>("output", gap, [2, 3]), Read<float>("upstream", gap, [2, 3]), 1, To(gap, written))),
        ("LogSoftmaxGradient", ["output", "upstream", "destination"], static (gap, written) => SpanFunctions.LogSoftmaxGradient(Read<float>("output", gap, [2, 3]), Read<float>("upstream", gap, [2, 3]), 1, To(gap, written))),
        ("SoftminGradient", ["output", "upstream", "destination"], static (gap, written) => SpanFunctions.SoftminGradient(Read<float>("output", gap, [2, 3]), Read<float>("upstream", gap, [2, 3]), 1, To(gap, written))),
        ("LogSumExpGradient", ["x", "output", "upstream", "destination"], static (gap, written) => SpanFunctions.LogSumExpGradient(X(gap), Read<float>("output", gap, [2]), Read<float>("upstream", gap, [2]), 1, To(gap, written))),
        ("Sigmoid", ["x", "destination"], static (gap, written) => SpanFunctions.Sigmoid(X(gap), To(gap, written))),
        ("LogSigmoid", ["x", "destination"], static (gap, written) => SpanFunctions.LogSigmoid(X(gap), To(gap, written))),
        ("Softplus", ["x", "destination"], static (gap, written) => SpanFunctions.Softplus(X(gap), To(gap, written))),
        ("SigmoidGradient", ["output", "upstream", "destination"], static (gap, written) => SpanFunctions.SigmoidGradient(Read<float>("output", gap, [2, 3]), Read<float>("upstream", gap, [2, 3]), To(gap, written))),
        ("LogSigmoidGradient", ["x", "upstream", "destination"], static (gap, written) => SpanFunctions.LogSigmoidGradient(X(gap), Read<float>("upstream", gap, [2, 3]), To(gap, written))),
        ("SoftplusGradient", ["x", "upstream", "destination"], static (gap, written) => SpanFunctions.SoftplusGradient(X(gap), Read<float>("upstream", gap, [2, 3]), To(gap, written))),
        ("OneHot", ["indices", "destination"], static (gap, written) => SpanFunctions.OneHot(Read<int>("indices", gap, [2]), To(gap, written))),
    ];

    [Fact]
    public void EveryArgumentOfEveryCall()
    {
        foreach (var (call, arguments, run) in Calls)
        foreach (var argument in arguments)
        {
            var written = Enumerable.Repeat(7f, 64).ToArray();
            var said = Assert.Throws<ArgumentException>(() => run(argument, written)).Message;
            var shape = said.Contains("[2, 3]") ? "strides [8, 2] for shape [2, 3]" : $"strides [2] for shape [{(said.Contains("[3]") ? 3 : 2)}]";
            Assert.Equal((call, $"{argument} has gaps between its elements ({shape}); copy it to dense memory first. (Parameter '{argument}')"), (call, said));
            Assert.All(written, value => Assert.Equal(7, value));
        }
    }

    [Fact]
    public void EveryFunctionIsThere()
    {
        var functions = typeof(SpanFunctions).GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static).Select(static method => method.Name).Distinct();
        Assert.Equal([], functions.Except(Calls.Select(static call => call.Call)));
        foreach (var loss in typeof(Loss).Assembly.GetExportedTypes().Where(static type => type.IsSubclassOf(typeof(Loss)) && !type.IsAbstract))
            Assert.Contains(EveryLoss.OfIndices.Concat<Loss>(EveryLoss.OfNumbers), each => each.GetType() == loss);
    }

    private static ReadOnlyTensorSpan<float> X(string gap) => Read<float>("x", gap, [2, 3]);

    private static TensorSpan<float> To(string gap, float[] written) => Write("destination", gap, written, [2, 3]);

    private static ReadOnlyTensorSpan<T> Read<T>(string name, string gap, nint[] shape) => new(new T[16], shape, Strides(name == gap, shape));

    private static TensorSpan<float> Write(string name, string gap, float[] written, nint[] shape) => new(written.AsSpan(name is "gradient" or "destination" ? 0 : name == "losses" ? 32 : 16, 16), shape, Strides(name == gap, shape));

    private static nint[] Strides(bool gaps, nint[] shape) => shape.Length == 1 ? [gaps ? 2 : 1] : gaps ? [8, 2] : [shape[1], 1];
}
