using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Cross-entropy through a linear layer whose weight [classes, features] is cut by rows over several processes: each makes the logits of
/// its own classes, a block of rows at a time, and the gradient of its own weights.
/// </summary>
/// <remarks>
/// <para>
/// What is exchanged of a row is what <see cref="VocabularyParallelLoss"/> exchanges, and the gradient of the hidden states, which is added
/// up along one tree over the parts of the vocabulary. Products are made part by part, so every result has the same bits on any number of
/// processes, one included, that have the same parts. The weights' gradients stay where the weights are.
/// </para>
/// <para>Rows whose target is ignored are left out before anything is multiplied. Values are those of
/// <see cref="LinearCrossEntropyLoss"/>; another number of parts gives other bits.</para>
/// </remarks>
/// <example><code>
/// var hidden = Tensor.Randn&lt;float>([4, 8], new Seed(0));
/// var weight = Tensor.Randn&lt;float>([100, 8], new Seed(1));
/// var targets = Tensor.Create&lt;long>([3, 99, -100, 50]);
/// var loss = new VocabularyParallelLinearLoss(new LinearCrossEntropyLoss(), classes: 100, parts: 4);
/// Console.WriteLine(loss.Columns);                    // 0..100
/// var whole = F.LinearCrossEntropy(hidden, weight, targets);
/// Console.WriteLine(Math.Abs(loss.Forward(hidden, weight, targets).Item() - whole.Item()) &lt; 1e-5);      // True
/// </code></example>
public sealed class VocabularyParallelLinearLoss
{
    private const int BlockRows = 128;

    private readonly CrossEntropyLoss ofLogits;
    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly VocabularyParallelLoss parted;

    /// <summary>A loss over so many classes.</summary>
    /// <param name="loss">Means, sums, weights or z-loss, ignored targets and smoothing; its other options are refused.</param>
    /// <param name="classes">All of them.</param>
    /// <param name="parts">Into how many they are cut; belongs to the run. Default 1.</param>
    /// <param name="group">Who has the parts. Default null: this process has all.</param>
    /// <exception cref="ArgumentException">An option that is not among them, or weights of another number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes, no parts, or fewer parts than processes.</exception>
    public VocabularyParallelLinearLoss(LinearCrossEntropyLoss loss, int classes, int parts = 1, ProcessGroup? group = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.SoftCap is not null || loss.Temperature != 1 || (loss.Weight is not null && loss.ZLoss > 0))
            throw new ArgumentException($"the loss is {loss}; where classes lie on several processes it has no soft cap, no temperature, " +
                "and not both class weights and z-loss.", nameof(loss));
        ofLogits = new()
        {
            Weight = loss.Weight, IgnoreIndex = loss.IgnoreIndex, LabelSmoothing = loss.LabelSmoothing, ZLoss = loss.ZLoss,
            Reduction = loss.Reduction, Normalizer = loss.Normalizer, WhenEmpty = loss.WhenEmpty,
        };
        this.group = group ?? ProcessGroup.Alone;
        parted = new(ofLogits, classes, parts, this.group);
        exchange = new(this.group, parts);
    }

    /// <summary>All classes.</summary>
    public int Classes => parted.Classes;

    /// <summary>Those whose weights this process has: rows of the whole [classes, features].</summary>
    public Range Columns => parted.Columns;

    /// <summary>
    /// The loss of all rows and the gradient of the hidden states, the same on all processes, and that of this one's weights.
    /// </summary>
    /// <param name="hidden">[N, features], the same on all processes.</param>
    /// <param name="weight">[<see cref="Columns"/>, features].</param>
    /// <param name="targets">[N]: of all classes, the same on all processes.</param>
    /// <param name="features">The numbers of a row.</param>
    /// <param name="hiddenGradient">As long as the hidden states, or empty for none; on all processes alike.</param>
    /// <param name="weightGradient">As long as the weight, or empty for none.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class. Nothing is exchanged then.</exception>
    public LossResult Evaluate(
        ReadOnlySpan<float> hidden,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<long> targets,
        int features,
        Span<float> hiddenGradient = default,
        Span<float> weightGradient = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        var width = Columns.End.Value - Columns.Start.Value;
        Check(hidden.Length, (long)targets.Length * features, nameof(hidden), isOptional: false);
        Check(weight.Length, (long)width * features, nameof(weight), isOptional: false);
        Check(hiddenGradient.Length, hidden.Length, nameof(hiddenGradient), isOptional: true);
        Check(weightGradient.Length, weight.Length, nameof(weightGradient), isOptional: true);
        var divisor = ofLogits.Divisor(targets, Classes);
        hiddenGradient.Clear();
        weightGradient.Clear();
        var counted = new List<int>();
        for (var row = 0; row < targets.Length; row++)
            if (targets[row] != ofLogits.IgnoreIndex) counted.Add(row);
        if (counted.Count == 0 || (ofLogits.Reduction == Reduction.Mean && (ofLogits.Normalizer ?? divisor) == 0))
            return parted.Evaluate(new float[targets.Length * width], targets);
        var used = new VocabularyParallelLoss(
            ofLogits.Reduction == Reduction.Sum ? ofLogits : ofLogits with { Normalizer = ofLogits.Normalizer ?? divisor },
            Classes, exchange.Parts, group);
        var (rows, itsTargets) = (new float[counted.Count * features], new long[counted.Count]);
        foreach (var (i, row) in counted.Index())
        {
            hidden.Slice(row * features, features).CopyTo(rows.AsSpan(i * features));
            itsTargets[i] = targets[row];
        }
        var work = new VocabularyProducts(exchange, [.. Enumerable.Range(exchange.Own.First, exchange.Own.End - exchange.Own.First + 1)
            .Select(part => parted.First(part) - Columns.Start.Value)], features, hiddenGradient.IsEmpty ? 0 : rows.Length);
        var sum = 0.0;
        for (var first = 0; first < counted.Count; first += BlockRows)
        {
            var block = first..Math.Min(counted.Count, first + BlockRows);
            var count = block.End.Value - first;
            var x = rows.AsSpan(first * features, count * features);
            var (logits, gradient) = (new float[count * width], new float[count * width]);
            work.Logits(x, weight, logits);
            sum += used.Evaluate(logits, itsTargets.AsSpan(block), gradient).Sum;
            if (!hiddenGradient.IsEmpty) work.AddHidden(gradient, weight, first, count);
            if (!weightGradient.IsEmpty) work.AddWeight(gradient, x, weightGradient, count);
        }
        if (!hiddenGradient.IsEmpty)
        {
            var whole = work.Sum(group);
            foreach (var (i, row) in counted.Index())
                whole.Slice(i * features, features).CopyTo(hiddenGradient[(row * features)..]);
        }
        var value = ofLogits.Reduction == Reduction.Sum ? sum : sum / (ofLogits.Normalizer ?? divisor);
        return new LossResult { Value = value, Sum = sum, Divisor = divisor };
    }

    /// <summary>The same on the tape: one number, whose Backward leaves the gradients of hidden states and of this process's
    /// weights.</summary>
    /// <param name="hidden">[N, features].</param>
    /// <param name="weight">[<see cref="Columns"/>, features].</param>
    /// <param name="targets">[N].</param>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public Tensor<float> Forward(Tensor<float> hidden, Tensor<float> weight, Tensor<long> targets)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(targets);
        var (ofHidden, ofWeight) = (Tensor.Zeros<float>(hidden.Shape), Tensor.Zeros<float>(weight.Shape));
        var value = Evaluate(hidden.Span, weight.Span, targets.Span, hidden.Shape[^1], ofHidden.Span, ofWeight.Span).Value;
        return Tensor.Scalar((float)value).Record("VocabularyParallelLinearLossBackward0", [hidden, weight],
            hidden.MakeEdge(g => ofHidden * g.Item()), weight.MakeEdge(g => ofWeight * g.Item()));
    }

    private static void Check(int length, long expected, string argument, bool isOptional)
    {
        if (length != expected && !(isOptional && length == 0))
            throw new ArgumentException($"{argument} has {length} elements; {expected} were expected" + (isOptional ? ", or none." : "."),
                argument);
    }
}
