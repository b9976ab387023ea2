namespace Surprisal.Modules;

/// <summary>
/// Softmax over a large vocabulary in two steps, a frequent class or a cluster of rare ones first, the class of the cluster then:
/// [.., inFeatures] to log-probabilities [.., nClasses].
/// </summary>
/// <remarks>
/// <para>
/// Grave et al. 2017, Efficient softmax approximation for GPUs, as PyTorch has it. Classes are sorted by falling frequency. The head has an
/// output for each of the first cutoffs[0] classes and one for each cluster; the tail of cluster i, counted from 0, goes through
/// inFeatures / divValue^(i + 1) numbers, rounded down. ln p of a rare class is its cluster's in the head plus its own in the tail.
/// </para>
/// <para>
/// It is a model of its own, whose probabilities add up to 1, and no estimate of a full softmax. With targets only the rows of a cluster go
/// through its tail, in the order in which they stand; the bits are the same for any number of threads.
/// </para>
/// </remarks>
/// <example><code>
/// var layer = new AdaptiveLogSoftmaxWithLoss(16, 1000, [20, 200], new Seed(0));
/// var hidden = Tensor.Randn&lt;float>([3, 16], new Seed(1));
/// var (output, loss) = layer.Forward(hidden, Tensor.Create&lt;long>([5, 19, 700]));
/// Console.WriteLine(output.Shape);                                             // [3]
/// Console.WriteLine(layer.LogProb(hidden).Shape);                              // [3, 1000]
/// </code></example>
public sealed class AdaptiveLogSoftmaxWithLoss : Module
{
    private static readonly CrossEntropyLoss rowLoss = new() { Reduction = Reduction.None };
    private readonly int inFeatures;
    private readonly int[] bounds; // cutoffs, then the classes
    private readonly double divValue;
    private readonly Linear head;
    private readonly ModuleList tail;

    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(inputs) of each of its linear layers.</summary>
    /// <param name="inFeatures">The size of the last dimension of the input; at least 1.</param>
    /// <param name="nClasses">The number of classes; at least 2.</param>
    /// <param name="cutoffs">Where clusters begin: one or more, rising, each 1 .. nClasses - 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers.</param>
    /// <param name="divValue">By how much each tail is narrower than the one before. Default 4.</param>
    /// <param name="headBias">Whether the head has a bias; tails have none. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No inFeatures, fewer than 2 classes, or a divValue that is not positive and
    /// finite.</exception>
    /// <exception cref="ArgumentException">Cutoffs that are none, do not rise or leave their range, or a tail that would have no
    /// width.</exception>
    public AdaptiveLogSoftmaxWithLoss(
        int inFeatures, int nClasses, ReadOnlySpan<int> cutoffs, Seed seed, double divValue = 4, bool headBias = false)
    {
        if (inFeatures < 1)
            throw new ArgumentOutOfRangeException(nameof(inFeatures), $"inFeatures is {inFeatures}; a hidden state has at least 1 number.");
        if (nClasses < 2)
            throw new ArgumentOutOfRangeException(nameof(nClasses),
                $"nClasses is {nClasses}; a frequent class and a cluster of others are at least 2.");
        if (!(divValue > 0 && double.IsFinite(divValue)))
            throw new ArgumentOutOfRangeException(nameof(divValue),
                $"divValue is {divValue}; it divides the widths of tails, so it must be positive and finite.");
        ArgumentNullException.ThrowIfNull(seed);
        CheckCutoffs(cutoffs, nClasses);
        (this.inFeatures, this.divValue, bounds) = (inFeatures, divValue, [.. cutoffs, nClasses]);
        var widths = new int[cutoffs.Length];
        for (var i = 0; i < widths.Length; i++) widths[i] = Width(inFeatures, divValue, i, bounds);
        head = Child("head", new Linear(inFeatures, bounds[0] + widths.Length, seed, headBias));
        var tails = new Module[widths.Length];
        for (var i = 0; i < widths.Length; i++)
            tails[i] = new Sequential(
                new Linear(inFeatures, widths[i], seed, bias: false), new Linear(widths[i], bounds[i + 1] - bounds[i], seed, bias: false));
        tail = Child("tail", new ModuleList(tails));
    }

    /// <inheritdoc/>
    protected override string Details =>
        $"in_features={inFeatures}, n_classes={bounds[^1]}, cutoffs=[{string.Join(", ", bounds[..^1])}], " +
        $"div_value={NumberFormat.Short(divValue)}, head_bias={head.Bias is not null}";

    /// <summary>The same as <see cref="LogProb"/>: a model that ends with this layer gives log-probabilities.</summary>
    /// <param name="input">[.., inFeatures].</param>
    /// <exception cref="ArgumentException">Another last dimension.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => LogProb(input);

    /// <summary>
    /// The log-probabilities of the targets, in nats, and the loss, which is the mean of their negatives; NaN without rows.
    /// </summary>
    /// <param name="input">[.., inFeatures]; any number of leading dimensions, none included.</param>
    /// <param name="target">Classes, each 0 .. nClasses - 1, in the leading dimensions of <paramref name="input"/>. None is
    /// ignored.</param>
    /// <returns>Output in the shape of the targets, and Loss of rank 0; both on the tape.</returns>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    public (Tensor<float> Output, Tensor<float> Loss) Forward<TTarget>(Tensor<float> input, Tensor<TTarget> target)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var rows = Rows(input);
        var classes = CheckTargets(input, target);
        var (first, places, losses) = (new long[classes.Length], new long[classes.Length], new List<Tensor<float>>());
        var count = 0;
        for (var cluster = 0; cluster < tail.Count; cluster++)
        {
            var (begin, end) = (bounds[cluster], bounds[cluster + 1]);
            var inside = Array.FindAll(Enumerable.Range(0, classes.Length).ToArray(), row => classes[row] >= begin && classes[row] < end);
            if (inside.Length == 0) continue;
            foreach (var row in inside) (first[row], places[row]) = (bounds[0] + cluster, ++count);
            var logits = tail[cluster].Forward(Selected(rows, inside));
            losses.Add(rowLoss.Forward(logits, Tensor.Create<long>(Array.ConvertAll(inside, row => classes[row] - begin))));
        }
        for (var row = 0; row < classes.Length; row++)
            if (places[row] == 0) first[row] = classes[row];
        var all = rowLoss.Forward(head.Forward(rows), Tensor.Create<long>(first));
        if (count > 0)
        {
            var rare = Tensor.Concatenate<float>([Tensor.Zeros<float>(1), .. losses]);
            all = all + rare.IndexSelect(0, Tensor.Create<long>(places));
        }
        return ((-all).Reshape(target.Shape), all.Mean());
    }

    /// <summary>The log-probabilities of all classes, in nats.</summary>
    /// <param name="input">[.., inFeatures]; any number of leading dimensions, none included.</param>
    /// <returns>[.., nClasses].</returns>
    /// <exception cref="ArgumentException">Another last dimension.</exception>
    public Tensor<float> LogProb(Tensor<float> input)
    {
        var rows = Rows(input);
        return AllClasses(rows, head.Forward(rows)).Reshape([.. input.Shape[..^1], bounds[^1]]);
    }

    /// <summary>The most probable class of each row, of equal ones the first; tails see only rows whose head is for a cluster.</summary>
    /// <param name="input">[.., inFeatures]; any number of leading dimensions, none included.</param>
    /// <returns>Classes [..], those of the largest <see cref="LogProb"/>. No gradient.</returns>
    /// <exception cref="ArgumentException">Another last dimension.</exception>
    public Tensor<long> Predict(Tensor<float> input)
    {
        using var scope = Tensor.NoGrad();
        var rows = Rows(input);
        var logits = head.Forward(rows);
        var found = logits.ArgMax(1);
        var rare = Array.FindAll(Enumerable.Range(0, found.Length).ToArray(), row => found.Span[row] >= bounds[0]);
        if (rare.Length > 0)
        {
            var classes = AllClasses(Selected(rows, rare), Selected(logits, rare)).ArgMax(1);
            for (var i = 0; i < rare.Length; i++) found.Span[rare[i]] = classes.Span[i];
        }
        return found.Reshape(input.Shape[..^1]);
    }

    /// <summary>[N, nClasses] of rows and the logits of their heads.</summary>
    private Tensor<float> AllClasses(Tensor<float> rows, Tensor<float> logits)
    {
        var parts = logits.LogSoftmax(1).Split([bounds[0], .. Enumerable.Repeat(1, tail.Count)], dim: 1);
        for (var cluster = 0; cluster < tail.Count; cluster++)
            parts[cluster + 1] = parts[cluster + 1] + tail[cluster].Forward(rows).LogSoftmax(1);
        return Tensor.Concatenate<float>(parts, dim: 1);
    }

    /// <summary>The named rows behind one another; the gradient touches only these.</summary>
    private static Tensor<float> Selected(Tensor<float> rows, int[] named) =>
        rows.Embedding(Tensor.Create<long>(Array.ConvertAll(named, static row => (long)row)));

    private Tensor<float> Rows(Tensor<float> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0 || input.Shape[^1] != inFeatures)
            throw new ArgumentException($"the input has shape {input.Shape}, but its last dimension must be {inFeatures}, in_features.",
                nameof(input));
        return input.Reshape([input.Length / inFeatures, inFeatures]);
    }

    private long[] CheckTargets<TTarget>(Tensor<float> input, Tensor<TTarget> target) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(target);
        TensorShape needed = input.Shape[..^1];
        if (target.Shape != needed)
            throw new ArgumentException("Input and target should have the same size in the batch dimension: target has shape " +
                $"{target.Shape}, but the input {input.Shape} needs {needed}, a class for each row.", nameof(target));
        var classes = new long[target.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = long.CreateSaturating(target.Span[i]);
            if (classes[i] < 0 || classes[i] >= bounds[^1])
                throw new ArgumentOutOfRangeException(nameof(target), $"Target values should be in [0, {bounds[^1] - 1}], but " +
                    $"target[{TensorLengths.Position(i, target.Shape.ToLengths())}] = {target.Span[i]}; no target is ignored.");
        }
        return classes;
    }

    private static void CheckCutoffs(ReadOnlySpan<int> cutoffs, int nClasses)
    {
        var isRising = !cutoffs.IsEmpty;
        for (var i = 0; i < cutoffs.Length; i++)
            isRising &= cutoffs[i] > (i == 0 ? 0 : cutoffs[i - 1]) && cutoffs[i] < nClasses;
        if (!isRising)
            throw new ArgumentException("cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where " +
                $"each value is between 1 and n_classes - 1 = {nClasses - 1}, and not empty; " +
                $"they are [{string.Join(", ", cutoffs.ToArray())}].",
                nameof(cutoffs));
    }

    /// <summary>inFeatures // divValue^(i + 1), as Python divides: by the remainder, so that a quotient just below a whole number stays
    /// below.</summary>
    private static int Width(int inFeatures, double divValue, int cluster, int[] bounds)
    {
        var divisor = Kernels.Scalar.Pow(divValue, cluster + 1);
        var width = Math.Round((inFeatures - inFeatures % divisor) / divisor);
        if (width is >= 1 and <= int.MaxValue) return (int)width;
        throw new ArgumentException($"cutoffs make a cluster {cluster} of the classes {bounds[cluster]}..{bounds[cluster + 1] - 1} " +
            $"whose tail would be {width} wide, {inFeatures} / {NumberFormat.Short(divValue)}^{cluster + 1} rounded down; " +
            "it needs 1 or more: fewer cutoffs, more inFeatures or a smaller divValue.", nameof(divValue));
    }
}
