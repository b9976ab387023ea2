using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Every argument of every call on spans may lie in memory with gaps, or transposed: the bits are those of dense memory, and nothing between the elements is
/// touched.
/// </summary>
public sealed class StridedMemoryTests
{
    private static readonly (string Call, string[] Arguments, Action<LaidOut> Run)[] Calls =
    [
        .. from loss in EveryLoss.OfIndices from inner in new nint[][] { [], [4], [2, 3] } select Indices(loss, inner),
        .. from loss in EveryLoss.OfNumbers select Numbers(loss),
        .. from inner in new nint[][] { [], [4] } select Probabilities(inner),
        ("Softmax", ["x", "destination"], static m => SpanFunctions.Softmax(X(m), 1, To(m))),
        ("LogSoftmax", ["x", "destination"], static m => SpanFunctions.LogSoftmax(X(m), 1, To(m))),
        ("Softmin", ["x", "destination"], static m => SpanFunctions.Softmin(X(m), 0, To(m))),
        ("LogSumExp", ["x", "destination"], static m => SpanFunctions.LogSumExp(X(m), 1, m.Write("destination", 2))),
        ("SoftmaxGradient", ["output", "upstream", "destination"], static m => SpanFunctions.SoftmaxGradient(m.Read("output", 2, 3), G(m), 1, To(m))),
        ("LogSoftmaxGradient", ["output", "upstream", "destination"], static m => SpanFunctions.LogSoftmaxGradient(m.Read("output", 2, 3), G(m), 1, To(m))),
        ("SoftminGradient", ["output", "upstream", "destination"], static m => SpanFunctions.SoftminGradient(m.Read("output", 2, 3), G(m), 1, To(m))),
        ("LogSumExpGradient", ["x", "output", "upstream", "destination"],
            static m => SpanFunctions.LogSumExpGradient(X(m), m.Read("output", 2), m.Read("upstream", 2), 1, To(m))),
        ("Sigmoid", ["x", "destination"], static m => SpanFunctions.Sigmoid(X(m), To(m))),
        ("LogSigmoid", ["x", "destination"], static m => SpanFunctions.LogSigmoid(X(m), To(m))),
        ("Softplus", ["x", "destination"], static m => SpanFunctions.Softplus(X(m), To(m))),
        ("SigmoidGradient", ["output", "upstream", "destination"], static m => SpanFunctions.SigmoidGradient(m.Read("output", 2, 3), G(m), To(m))),
        ("LogSigmoidGradient", ["x", "upstream", "destination"], static m => SpanFunctions.LogSigmoidGradient(X(m), G(m), To(m))),
        ("SoftplusGradient", ["x", "upstream", "destination"], static m => SpanFunctions.SoftplusGradient(X(m), G(m), To(m))),
        ("OneHot", ["indices", "destination"], static m => SpanFunctions.OneHot(m.Classes("indices", 2), To(m))),
    ];

    [Fact]
    public void EveryArgumentOfEveryCallMayHaveStrides()
    {
        foreach (var (call, arguments, run) in Calls)
        {
            var expected = Written(run, static _ => Layout.Dense);
            foreach (var layout in new[] { Layout.Gaps, Layout.Transposed })
            {
                foreach (var argument in arguments) Same(call, argument, expected, Written(run, name => name == argument ? layout : Layout.Dense));
                Same(call, "all of them", expected, Written(run, _ => layout));
            }
        }
    }

    [Fact]
    public void ARepeatedAxisIsRead()
    {
        foreach (var (call, arguments, run) in Calls)
            if (arguments.Contains("upstream") && call != "LogSumExpGradient")
                Same(call, "upstream", Written(run, static _ => Layout.Dense),
                    Written(run, static name => name == "upstream" ? Layout.Repeated : Layout.Dense));
        float[] row = [1, 2, 3], rows = [1, 2, 3, 1, 2, 3];
        var loss = new CrossEntropyLoss();
        var targets = new ReadOnlyTensorSpan<int>([0, 2], [2]);
        Assert.Equal(loss.Evaluate(new ReadOnlyTensorSpan<float>(rows, [2, 3]), targets),
            loss.Evaluate(new ReadOnlyTensorSpan<float>(row, [2, 3], [0, 1]), targets));
    }

    [Fact]
    public void TwoElementsInOnePlaceCannotBeWritten()
    {
        var memory = new float[8];
        var said = Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(
            new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<int>(new int[2], [2]), new TensorSpan<float>(memory, [2, 3], [0, 1])));
        Assert.Equal("gradient has several elements in one place (strides [0, 1] for shape [2, 3]), and only one could be kept; give it memory of its own. " +
            "(Parameter 'gradient')", said.Message);
        Assert.All(memory, static value => Assert.Equal(0, value));
    }

    [Fact]
    public void TwoOutputsMayNotMeetEvenBetweenTheirElements()
    {
        var memory = new float[16];
        var said = Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(
            new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<int>(new int[2], [2]), new TensorSpan<float>(memory, [2, 3], [6, 2]),
            new TensorSpan<float>(memory.AsSpan(1), [2], [2]))).Message;
        Assert.Equal("losses overlaps gradient, and each would overwrite the other; give it memory of its own. (Parameter 'losses')", said);
        Assert.All(memory, static value => Assert.Equal(0, value));
    }

    /// <summary>What is strided is read whole before anything is stored, so it may lie between the elements of an output, or be the output's memory.</summary>
    [Fact]
    public void StridedOutputsMayLieOverInputs()
    {
        float[] x = [1, 2, 3, 2, 0.5f, 1];
        var (expected, loss) = (new float[6], new CrossEntropyLoss());
        var targets = new ReadOnlyTensorSpan<int>([0, 2], [2]);
        loss.Evaluate(new ReadOnlyTensorSpan<float>(x, [2, 3]), targets, new TensorSpan<float>(expected, [2, 3]));
        foreach (var shift in new[] { 0, 1 })
        {
            var memory = new float[13];
            for (var i = 0; i < 6; i++) memory[2 * i] = x[i];
            loss.Evaluate(new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 11), [2, 3], [6, 2]), targets,
                new TensorSpan<float>(memory.AsSpan(shift, 11), [2, 3], [6, 2]));
            for (var i = 0; i < 6; i++) Assert.Equal(expected[i], memory[2 * i + shift]);
        }
    }

    [Fact]
    public void AnErrorWritesNothingThroughStridesEither()
    {
        var memory = Enumerable.Repeat(7f, 12).ToArray();
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss().Evaluate(
            new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<int>([0, 3], [2]), new TensorSpan<float>(memory, [2, 3], [6, 2])));
        Assert.All(memory, static value => Assert.Equal(7, value));
    }

    [Fact]
    public void EveryFunctionIsThere()
    {
        var functions = typeof(SpanFunctions)
            .GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Select(static method => method.Name).Distinct();
        Assert.Equal([], functions.Except(Calls.Select(static call => call.Call)));
    }

    private static (string, string[], Action<LaidOut>) Indices(ClassIndexLoss loss, nint[] inner) =>
        ($"{loss} over classes, {inner.Length} axes", ["logits", "targets", "gradient", "losses", "sampleWeights"], m =>
            loss.Evaluate(m.Read("logits", [2, 3, .. inner]), m.Classes("targets", [2, .. inner]), m.Write("gradient", [2, 3, .. inner]),
                m.Write("losses", [2, .. inner]), m.Read("sampleWeights", [2, .. inner])));

    private static (string, string[], Action<LaidOut>) Numbers(DenseLoss loss)
    {
        var losses = EveryLoss.LossLengths(loss, [4, 2, 3]);
        return (loss.ToString(), ["inputs", "targets", "gradient", "targetGradient", "losses", "sampleWeights"], m =>
            loss.Evaluate(m.Read("inputs", 4, 2, 3), m.Read("targets", 4, 2, 3), m.Write("gradient", 4, 2, 3), m.Write("losses", losses),
                m.Read("sampleWeights", losses), m.Write("targetGradient", 4, 2, 3)));
    }

    private static (string, string[], Action<LaidOut>) Probabilities(nint[] inner) =>
        ($"probabilities, {inner.Length} axes", ["logits", "targets", "gradient", "targetGradient", "losses", "sampleWeights"],
            m => new CrossEntropyLoss().Evaluate(
                m.Read("logits", [2, 3, .. inner]), m.Read("targets", [2, 3, .. inner]), m.Write("gradient", [2, 3, .. inner]),
                m.Write("losses", [2, .. inner]), m.Read("sampleWeights", [2, .. inner]), m.Write("targetGradient", [2, 3, .. inner])));

    private static Dictionary<string, float[]> Written(Action<LaidOut> run, Func<string, Layout> layouts)
    {
        var memory = new LaidOut(layouts);
        run(memory);
        return memory.Written();
    }

    private static void Same(string call, string argument, Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        foreach (var (name, numbers) in expected) Assert.True(numbers.SequenceEqual(actual[name]), $"{call}: {name} differs where {argument} has strides");
    }

    private static ReadOnlyTensorSpan<float> X(LaidOut m) => m.Read("x", 2, 3);

    private static ReadOnlyTensorSpan<float> G(LaidOut m) => m.Read("upstream", 2, 3);

    private static TensorSpan<float> To(LaidOut m) => m.Write("destination", 2, 3);
}
