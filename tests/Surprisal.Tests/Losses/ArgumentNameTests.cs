using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>
/// An error names the argument of the method that was called, in its text too: input and target on the tape, logits or inputs and targets on spans; an option
/// is named as the loss has it.
/// </summary>
public sealed partial class ArgumentNameTests
{
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f];

    /// <summary>What is wrong: the name on the tape, the name on spans, and how each door is called.</summary>
    private static readonly (string What, string Tape, string Span, Action OnTape, Action OnSpans)[] Table =
    [
        .. EveryLoss.OfIndices.SelectMany(Indices),
        .. EveryLoss.OfNumbers.SelectMany(Numbers),
        .. Probabilities(),
    ];

    public static TheoryData<int, string> Rows() => [.. Table.Select(static (row, i) => (i, row.What))];

    [Theory, MemberData(nameof(Rows))]
    public void TheTapeNamesInputAndTarget(int row, string what) => Check(what, Table[row].Tape, Table[row].OnTape, ["logits", "inputs", "targets"]);

    [Theory, MemberData(nameof(Rows))]
    public void SpansNameTheirOwn(int row, string what) =>
        Check(what, Table[row].Span, Table[row].OnSpans, Table[row].What.Contains("over classes", StringComparison.Ordinal) ? ["inputs"] : []);

    [Fact]
    public void TheFunctionsNameThemToo()
    {
        var (input, target) = (Tensor.Create<float>(Half, [2, 3]), Tensor.Create<long>([0, 1]));
        var (shape, wrong) = (Tensor.Create<float>(Half, [3, 2]), Tensor.Create<long>([0, 7]));
        foreach (var function in EveryLoss.All.Select(static loss => loss.GetType()).Distinct().SelectMany(SpellingTests.Functions))
            if (function.GetGenericArguments().Length == 2)
                Assert.Equal("target[1] = 7 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'target')",
                    Check(function.Name, "target", () => SpellingTests.Call(function, input, wrong), ["targets"]));
            else
                Check(function.Name, "target", () => SpellingTests.Call(function, input, shape), ["targets", "inputs", "logits"]);
        Check("F", "input", () => F.Bce(Tensor.Create<float>([2f]), Tensor.Create<float>([1f])), ["inputs", "targets"]);
        Check("F", "target", () => F.Bce(Tensor.Create<float>([1f]), Tensor.Create<float>([2f])), ["inputs", "targets"]);
        Check("F", "sampleWeights", () => F.CrossEntropy(input, target, sampleWeights: shape), []);
        Check("F", "Weight", () => F.CrossEntropy(input, target, weight: [1, 2]), ["logits"]);
        Check("F", "Prior", () => F.CrossEntropy(input, target, new CrossEntropyLoss { Prior = [1, 2] }), []);
    }

    [Fact]
    public void TheOtherFunctionsHaveOneNameOnBothDoors()
    {
        var x = Tensor.Create<float>(Half, [2, 3]);
        foreach (var call in new Action[] { () => F.Softmax(x, 2), () => F.LogSoftmax(x, 2), () => F.Softmin(x, 2), () => F.LogSumExp(x, 2) })
            Check("F", "dim", call, []);
        Check("F", "indices", () => F.OneHot(Tensor.Create<long>([-1])), []);
        Check("F", "numClasses", () => F.OneHot(Tensor.Create<long>([3]), 2), []);
        var destination = new float[6];
        Check("spans", "dim", () => SpanFunctions.Softmax(Read(2, 3), 2, new TensorSpan<float>(destination, [2, 3])), []);
        Check("spans", "indices", () => SpanFunctions.OneHot(Classes(3, 3), new TensorSpan<float>(destination, [2, 3])), []);
    }

    private static IEnumerable<(string, string, string, Action, Action)> Indices(ClassIndexLoss loss)
    {
        (string, string, string, Action, Action) Row(
            string wrong,
            string tape,
            string span,
            int[] input,
            long[] target,
            int[]? shape = null,
            ClassIndexLoss? other = null,
            int[]? weights = null)
        {
            int[] targetShape = shape ?? [target.Length];
            return ($"{loss.GetType().Name} over classes: {wrong}", tape, span,
                () => (other ?? loss).Forward(Tensor.Zeros<float>(input), Tensor.Create<long>(target, targetShape),
                    weights is null ? null : Tensor.Zeros<float>(weights)),
                () => (other ?? loss).Evaluate(Read(input), new ReadOnlyTensorSpan<long>(target, Array.ConvertAll(targetShape, static n => (nint)n)),
                    sampleWeights: weights is null ? default : Read(weights)));
        }
        yield return Row("the batch", "target", "targets", [2, 3], [0, 1, 2]);
        yield return Row("a target too many", "target", "targets", [3], [0, 1]);
        yield return Row("two columns of targets", "target", "targets", [2, 3], [0, 1, 0, 1], [2, 2]);
        yield return Row("the image", "target", "targets", [2, 3, 4], new long[10], [2, 5]);
        yield return Row("no class", "target", "targets", [2, 3], [0, 3]);
        yield return Row("no class in an image", "target", "targets", [2, 3, 4], [0, 0, 0, 0, 0, 0, -7, 0], [2, 4]);
        yield return Row("sample weights", "sampleWeights", "sampleWeights", [2, 3], [0, 2], weights: [3]);
        yield return Row("weights", "Weight", "Weight", [2, 3], [0, 2], other: loss with { Weight = [1, 2] });
        if (loss is CrossEntropyLoss entropy)
            yield return Row("prior", "Prior", "Prior", [2, 3], [0, 2], other: entropy with { Weight = null, Prior = [0.5, 0.5] });
    }

    private static IEnumerable<(string, string, string, Action, Action)> Numbers(DenseLoss loss)
    {
        (string, string, string, Action, Action) Row(
            string wrong,
            string tape,
            string span,
            int[] input,
            int[] target,
            DenseLoss? other = null,
            int[]? weights = null,
            float fill = 0.5f,
            float fillTarget = 0.5f) =>
            ($"{loss.GetType().Name}: {wrong}", tape, span,
                () => (other ?? loss).Forward(Tensor.Full<float>(input, fill), Tensor.Full<float>(target, fillTarget),
                    weights is null ? null : Tensor.Zeros<float>(weights)),
                () => (other ?? loss).Evaluate(Read(input, fill), Read(target, fillTarget), sampleWeights: weights is null ? default : Read(weights)));
        yield return Row("the targets' shape", "target", "targets", [2, 3], [3, 2]);
        if (loss is not KlDivLoss) yield return Row("targets that are larger", "target", "targets", [1, 3], [2, 3]);
        yield return Row("sample weights", "sampleWeights", "sampleWeights", [2, 3], [2, 3], weights: [4]);
        if (loss is BceLoss)
        {
            yield return Row("an input", "input", "inputs", [2, 3], [2, 3], fill: 1.5f);
            yield return Row("a target", "target", "targets", [2, 3], [2, 3], fillTarget: -1);
        }
        if (loss is BceLoss bce) yield return Row("weights", "Weight", "Weight", [2, 3], [2, 3], bce with { Weight = [1, 2] });
        if (loss is MultiLabelSoftMarginLoss labels) yield return Row("weights", "Weight", "Weight", [2, 3], [2, 3], labels with { Weight = [1, 2] });
        if (loss is not BceWithLogitsLoss logits) yield break;
        yield return Row("weights", "Weight", "Weight", [2, 3], [2, 3], logits with { Weight = [1, 2] });
        yield return Row("positive weights", "PosWeight", "PosWeight", [2, 3], [2, 3], logits with { PosWeight = [1, 2] });
    }

    private static IEnumerable<(string, string, string, Action, Action)> Probabilities()
    {
        static (string, string, string, Action, Action) Row(
            string wrong,
            string tape,
            string span,
            int[] input,
            int[] target,
            CrossEntropyLoss? loss = null,
            int[]? weights = null) =>
            ($"probabilities over classes: {wrong}", tape, span,
                () => (loss ?? new()).Forward(Tensor.Zeros<float>(input), Tensor.Zeros<float>(target), weights is null ? null : Tensor.Zeros<float>(weights)),
                () => (loss ?? new()).Evaluate(Read(input), Read(target), sampleWeights: weights is null ? default : Read(weights)));
        yield return Row("the batch", "target", "targets", [2, 3], [3, 3]);
        yield return Row("the shape", "target", "targets", [2, 3], [2, 4]);
        yield return Row("sample weights", "sampleWeights", "sampleWeights", [2, 3], [2, 3], weights: [3]);
        yield return Row("weights", "Weight", "Weight", [2, 3], [2, 3], new() { Weight = [1, 2] });
        yield return Row("prior", "Prior", "Prior", [2, 3], [2, 3], new() { Prior = [1, 2] });
    }

    private static string Check(string what, string name, Action call, string[] foreign)
    {
        var error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.True(name == error.ParamName, $"{what}: the error is about '{error.ParamName}', not '{name}': {error.Message}");
        var text = Advice().Replace(error.Message, "");
        foreach (var word in foreign)
            Assert.False(Regex.IsMatch(text, $@"\b{word}\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)),
                $"{what}: '{word}' is no argument of the method: {error.Message}");
        return error.Message;
    }

    /// <summary>What is said about logits in general.</summary>
    [GeneratedRegex("logits go to BceWithLogitsLoss|but the logits have", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Advice();

    private static ReadOnlyTensorSpan<float> Read(params int[] shape) => Read(shape, 0.5f);

    private static ReadOnlyTensorSpan<float> Read(int[] shape, float fill) =>
        new(Enumerable.Repeat(fill, Shape.Length(shape)).ToArray(), Array.ConvertAll(shape, static n => (nint)n));

    private static ReadOnlyTensorSpan<long> Classes(params long[] classes) => new(classes, [classes.Length]);
}
