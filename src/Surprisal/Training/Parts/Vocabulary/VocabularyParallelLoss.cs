using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Cross-entropy whose classes lie on several processes, each with the logits of its own: what a vocabulary needs that is too large for
/// one.
/// </summary>
/// <remarks>
/// <para>
/// The classes are cut into parts, each of whole lane blocks, and a process has some of them. Of each part and row four numbers are
/// exchanged, 32 bytes, and put together along one tree in double: so loss and gradient have the same bits on any number of processes, one
/// included, that have the same parts. Backward exchanges nothing.
/// </para>
/// <para>Another number of parts gives other bits; the values are those of <see cref="CrossEntropyLoss"/>.</para>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Randn&lt;float>([4, 100], new Seed(0));
/// var targets = Tensor.Create&lt;long>([3, 99, -100, 50]);
/// var loss = new VocabularyParallelLoss(new CrossEntropyLoss { LabelSmoothing = 0.1 }, classes: 100, parts: 4);
/// Console.WriteLine(loss.Columns);                    // 0..100
/// var whole = F.CrossEntropy(logits, targets, labelSmoothing: 0.1);
/// Console.WriteLine(Math.Abs(loss.Forward(logits, targets).Item() - whole.Item()) &lt; 1e-5);      // True
/// </code></example>
public sealed class VocabularyParallelLoss
{
    private const int LaneBlock = 16;

    private readonly CrossEntropyLoss loss;
    private readonly PartExchange exchange;
    private readonly float[] weight; // of each class; empty without
    private readonly SmoothingKind kind;
    private readonly VocabularyExchange vocabulary;
    private readonly double totalWeight;

    /// <summary>A loss over so many classes.</summary>
    /// <param name="loss">Means, sums, weights, ignored targets, smoothing and z-loss; its other options are refused.</param>
    /// <param name="classes">All of them.</param>
    /// <param name="parts">Into how many they are cut; belongs to the run. Default 1.</param>
    /// <param name="group">Who has the parts. Default null: this process has all.</param>
    /// <exception cref="ArgumentException">An option that is not among them, or weights of another number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes, no parts, or fewer parts than processes.</exception>
    public VocabularyParallelLoss(CrossEntropyLoss loss, int classes, int parts = 1, ProcessGroup? group = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        group ??= ProcessGroup.Alone;
        if (group.Size > parts)
            throw new ArgumentOutOfRangeException(nameof(parts),
                $"parts is {parts}, but there are {group.Size} processes; each has at least one.");
        var plain = new CrossEntropyLoss
        {
            Weight = loss.Weight, IgnoreIndex = loss.IgnoreIndex, LabelSmoothing = loss.LabelSmoothing, ZLoss = loss.ZLoss,
            SmoothingWeight = loss.SmoothingWeight, Reduction = loss.Reduction, Normalizer = loss.Normalizer, WhenEmpty = loss.WhenEmpty,
        };
        if (loss != plain || loss.Reduction is not (Reduction.Mean or Reduction.Sum) || loss.WhenEmpty == EmptyMean.Error)
            throw new ArgumentException($"the loss is {loss}; where classes lie on several processes it may have weights, an ignored " +
                "index, label smoothing, z-loss and a normalizer, and is a mean or a sum.", nameof(loss));
        if (loss.Weight is { } given && given.Count != classes)
            throw new ArgumentException($"the loss has {given.Count} weights, but there are {classes} classes.", nameof(loss));
        (this.loss, Classes, exchange) = (loss, classes, new(group, parts));
        weight = loss.Weight is { } weights ? [.. weights.Select(static w => (float)w)] : [];
        SmoothsByTarget = weight.Length > 0 && loss.SmoothingWeight == SmoothingWeight.PerTarget;
        kind = loss.LabelSmoothing == 0 ? SmoothingKind.None
            : weight.Length == 0 || SmoothsByTarget ? SmoothingKind.Uniform : SmoothingKind.PerClass;
        double[] totals = [.. Enumerable.Range(0, parts).Select(part => kind == SmoothingKind.PerClass
            ? weight[First(part)..First(part + 1)].Sum(static w => (double)w) : First(part + 1) - First(part))];
        totalWeight = PartTree.Fold<double[]>([.. totals.Select(static total => new[] { total })], PartTurns.Sums)![0];
        vocabulary = new(exchange, totals);
    }

    /// <summary>All classes.</summary>
    public int Classes { get; }

    /// <summary>Those whose logits this process has: columns of the whole [N, C].</summary>
    public Range Columns => First(exchange.Own.First)..First(exchange.Own.End);

    private int Width => Columns.End.Value - Columns.Start.Value;

    private bool SmoothsByTarget { get; }

    /// <summary>The loss of all rows, the same on all processes, and the gradient of this one's logits.</summary>
    /// <param name="logits">[N, <see cref="Columns"/>].</param>
    /// <param name="targets">[N]: of all classes, the same on all processes.</param>
    /// <param name="gradient">As long as the logits, or empty for none.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class. Nothing is exchanged then.</exception>
    public LossResult Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<long> targets, Span<float> gradient = default)
    {
        var (rows, width) = (targets.Length, Width);
        if (logits.Length != (long)rows * width)
            throw new ArgumentException(
                $"logits has {logits.Length} elements; {rows} rows of the classes {Columns} were expected.", nameof(logits));
        if (gradient.Length != 0 && gradient.Length != logits.Length)
            throw new ArgumentException(
                $"gradient has {gradient.Length} elements; {logits.Length} were expected, or none.", nameof(gradient));
        var own = loss.Divisor(targets, Classes);
        var divisor = loss.Normalizer ?? own;
        var scale = loss.Reduction == Reduction.Sum ? 1 : divisor == 0 ? 0 : 1 / divisor;
        var sum = EvaluateRows(logits, targets, scale, zByClass: true, gradient);
        var value = loss.Reduction == Reduction.Sum ? sum
            : divisor == 0 && loss.WhenEmpty == EmptyMean.Zero ? 0 : sum / divisor;
        return new LossResult { Value = value, Sum = sum, Divisor = own };
    }

    /// <summary>The same on the tape: one number, whose Backward leaves the gradient of this process's logits.</summary>
    /// <param name="logits">[N, <see cref="Columns"/>].</param>
    /// <param name="targets">[N].</param>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public Tensor<float> Forward(Tensor<float> logits, Tensor<long> targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        var gradient = Tensor.Zeros<float>(logits.Shape);
        var value = Evaluate(logits.Span, targets.Span, gradient.Span).Value;
        return Tensor.Scalar((float)value).Record("VocabularyParallelLossBackward0", [logits], logits.MakeEdge(g => gradient * g.Item()));
    }

    /// <summary>The sum of the rows' losses, of operands that have been checked.</summary>
    /// <param name="logits">[N, <see cref="Columns"/>].</param>
    /// <param name="targets">[N].</param>
    /// <param name="scale">Of every gradient.</param>
    /// <param name="zByClass">Whether z-loss has the weight of the target's class.</param>
    /// <param name="gradient">As long as the logits, or empty.</param>
    /// <param name="sampleWeights">One for each row, or empty.</param>
    /// <param name="losses">Receives that of each row, or empty.</param>
    internal double EvaluateRows(
        ReadOnlySpan<float> logits, ReadOnlySpan<long> targets, double scale, bool zByClass, Span<float> gradient,
        ReadOnlySpan<float> sampleWeights = default, Span<float> losses = default)
    {
        var (width, first) = (Width, Columns.Start.Value);
        var whole = Exchange(logits, targets, width, first);
        var sum = 0.0;
        for (var row = 0; row < targets.Length; row++)
        {
            var slice = gradient.IsEmpty ? default : gradient.Slice(row * width, width);
            if (targets[row] == loss.IgnoreIndex)
            {
                slice.Clear();
                continue;
            }
            var w = weight.Length == 0 ? 1 : weight[(int)targets[row]];
            var times = sampleWeights.IsEmpty ? 1 : (double)sampleWeights[row];
            var found = whole[row].Results(
                w, loss.LabelSmoothing, zByClass ? loss.ZLoss * w : loss.ZLoss, SmoothsByTarget, Classes, totalWeight);
            sum += times * found.Loss;
            if (!losses.IsEmpty) losses[row] = (float)(times * found.Loss);
            if (slice.IsEmpty) continue;
            Gradient(logits.Slice(row * width, width), (int)targets[row] - first, whole[row].Max, found, times * scale, slice);
        }
        return sum;
    }

    /// <summary>The first class of a part.</summary>
    internal int First(int part) =>
        (int)Math.Min(Classes, LaneBlock * ((long)part * Partition.Pieces(Classes, LaneBlock) / exchange.Parts));

    /// <summary>What all parts together know of each row.</summary>
    private VocabularyPart[] Exchange(ReadOnlySpan<float> logits, ReadOnlySpan<long> targets, int width, int first)
    {
        var (rows, own) = (targets.Length, exchange.Own);
        var mine = new VocabularyPart[(own.End - own.First) * rows];
        for (var part = own.First; part < own.End; part++)
        {
            var (low, high) = (First(part), First(part + 1));
            for (var row = 0; row < rows; row++)
            {
                if (targets[row] == loss.IgnoreIndex) continue;
                var target = targets[row] >= low && targets[row] < high ? (int)targets[row] - low : -1;
                mine[(part - own.First) * rows + row] = VocabularyPart.Of(logits.Slice(row * width + low - first, high - low), target, kind,
                    kind == SmoothingKind.PerClass ? weight.AsSpan(low..high) : default);
            }
        }
        return vocabulary.Merge(mine, rows);
    }

    private void Gradient(
        ReadOnlySpan<float> x, int target, double max, (double Loss, double Factor, double TargetGradient, double Term) found, double scale,
        Span<float> gradient)
    {
        var (low, high) = (Columns.Start.Value, Columns.End.Value);
        var weights = kind == SmoothingKind.PerClass ? weight.AsSpan(low..high) : default;
        VocabularyPart.Gradient(x, (float)max, found.Factor * scale, found.Term * scale, weights, gradient);
        if (target < 0 || target >= gradient.Length) return;
        var u = kind == SmoothingKind.PerClass ? weights[target] : 1;
        gradient[target] = (float)((found.TargetGradient - found.Term * u) * scale);
    }
}
