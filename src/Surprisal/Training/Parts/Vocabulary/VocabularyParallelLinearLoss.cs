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

    private readonly LinearCrossEntropyLoss loss;
    private readonly CrossEntropyLoss bends; // what the logits go through first
    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly VocabularyParallelLoss parted;

    /// <summary>A loss over so many classes.</summary>
    /// <param name="loss">A mean or a sum, with any options; the memory limit is not needed.</param>
    /// <param name="classes">All of them.</param>
    /// <param name="parts">Into how many they are cut; belongs to the run. Default 1.</param>
    /// <param name="group">Who has the parts. Default null: this process has all.</param>
    /// <exception cref="ArgumentException">Neither a mean nor a sum, or weights of another number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes, no parts, or fewer parts than processes.</exception>
    public VocabularyParallelLinearLoss(LinearCrossEntropyLoss loss, int classes, int parts = 1, ProcessGroup? group = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        (this.loss, this.group) = (loss, group ?? ProcessGroup.Alone);
        bends = new() { SoftCap = loss.SoftCap, Temperature = loss.Temperature };
        parted = new(
            new()
            {
                Weight = loss.Weight, IgnoreIndex = loss.IgnoreIndex, LabelSmoothing = loss.LabelSmoothing, ZLoss = loss.ZLoss,
                Reduction = loss.Reduction,
            },
            classes, parts, this.group);
        exchange = new(this.group, parts);
    }

    /// <summary>All classes.</summary>
    public int Classes => parted.Classes;

    /// <summary>Those whose weights this process has: rows of the whole [classes, features].</summary>
    public Range Columns => parted.Columns;

    /// <summary>
    /// The loss of all rows and the gradient of the hidden states, the same on all processes, and those of this one's weights and biases.
    /// </summary>
    /// <param name="hidden">[N, features], the same on all processes.</param>
    /// <param name="weight">[<see cref="Columns"/>, features].</param>
    /// <param name="targets">[N]: of all classes, the same on all processes.</param>
    /// <param name="features">The numbers of a row.</param>
    /// <param name="bias">[<see cref="Columns"/>]. Default: none; on all processes alike.</param>
    /// <param name="hiddenGradient">As long as the hidden states, or empty for none; on all processes alike.</param>
    /// <param name="weightGradient">As long as the weight, or empty for none.</param>
    /// <param name="biasGradient">One for each of <see cref="Columns"/>, or empty for none.</param>
    /// <param name="losses">Receives the loss of each row, 0 for one that is left out. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. The same on all processes.
    /// Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class. Nothing is exchanged then.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    public LossResult Evaluate(
        ReadOnlySpan<float> hidden,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<long> targets,
        int features,
        ReadOnlySpan<float> bias = default,
        Span<float> hiddenGradient = default,
        Span<float> weightGradient = default,
        Span<float> biasGradient = default,
        Span<float> losses = default,
        ReadOnlySpan<float> sampleWeights = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        var width = Columns.End.Value - Columns.Start.Value;
        Check(hidden.Length, (long)targets.Length * features, nameof(hidden), isOptional: false);
        Check(weight.Length, (long)width * features, nameof(weight), isOptional: false);
        Check(bias.Length, width, nameof(bias), isOptional: true);
        Check(hiddenGradient.Length, hidden.Length, nameof(hiddenGradient), isOptional: true);
        Check(weightGradient.Length, weight.Length, nameof(weightGradient), isOptional: true);
        Check(biasGradient.Length, width, nameof(biasGradient), isOptional: true);
        Check(losses.Length, targets.Length, nameof(losses), isOptional: true);
        Check(sampleWeights.Length, targets.Length, nameof(sampleWeights), isOptional: true);
        var operands = new LinearOperands<float> { Rows = targets.Length, Classes = Classes, SampleWeights = sampleWeights };
        var divisor = LinearUsedRows.Divisor(operands, targets, [targets.Length], loss.Weight, loss.IgnoreIndex, nameof(targets));
        var scale = loss.Scale(divisor);
        hiddenGradient.Clear();
        weightGradient.Clear();
        biasGradient.Clear();
        losses.Clear();
        var counted = new List<int>();
        for (var row = 0; row < targets.Length; row++)
            if (targets[row] != loss.IgnoreIndex && (sampleWeights.IsEmpty || sampleWeights[row] != 0)) counted.Add(row);
        if (counted.Count == 0) return loss.Result(0, divisor);

        var (rows, itsTargets, itsLosses) = (new float[counted.Count * features], new long[counted.Count], new float[counted.Count]);
        var times = new float[sampleWeights.IsEmpty ? 0 : counted.Count];
        foreach (var (i, row) in counted.Index())
        {
            hidden.Slice(row * features, features).CopyTo(rows.AsSpan(i * features));
            itsTargets[i] = targets[row];
            if (times.Length > 0) times[i] = sampleWeights[row];
        }
        var work = new VocabularyProducts(exchange, [.. Enumerable.Range(exchange.Own.First, exchange.Own.End - exchange.Own.First + 1)
            .Select(part => parted.First(part) - Columns.Start.Value)], features, hiddenGradient.IsEmpty ? 0 : rows.Length);
        using var transform = new LogitTransform<float>(bends, width);
        var (sum, ofBias) = (0.0, new double[biasGradient.Length]);
        for (var first = 0; first < counted.Count; first += BlockRows)
        {
            var block = first..Math.Min(counted.Count, first + BlockRows);
            var count = block.End.Value - first;
            var x = rows.AsSpan(first * features, count * features);
            var (logits, gradient) = (new float[count * width], new float[count * width]);
            work.Logits(x, weight, logits);
            for (var row = 0; row < count && !bias.IsEmpty; row++)
                GradientSum.Sum(logits.AsSpan(row * width, width), bias);
            var slopes = transform.Apply(logits, inner: 1);
            sum += parted.EvaluateRows(logits, itsTargets.AsSpan(block), scale, zByClass: false, gradient,
                times.Length == 0 ? default : times.AsSpan(block), itsLosses.AsSpan(block));
            transform.Backward(gradient, slopes);
            if (!hiddenGradient.IsEmpty) work.AddHidden(gradient, weight, first, count);
            if (!weightGradient.IsEmpty) work.AddWeight(gradient, x, weightGradient, count);
            for (var i = 0; i < gradient.Length && ofBias.Length > 0; i++) ofBias[i % width] += gradient[i];
        }
        for (var c = 0; c < ofBias.Length; c++) biasGradient[c] = (float)ofBias[c];
        foreach (var (i, row) in counted.Index())
            if (!losses.IsEmpty) losses[row] = itsLosses[i];
        if (!hiddenGradient.IsEmpty)
        {
            var whole = work.Sum(group);
            foreach (var (i, row) in counted.Index())
                whole.Slice(i * features, features).CopyTo(hiddenGradient[(row * features)..]);
        }
        return loss.Result(sum, divisor);
    }

    /// <summary>The same on the tape: one number, whose Backward leaves the gradients of hidden states and of this process's weights and
    /// biases.</summary>
    /// <param name="hidden">[N, features].</param>
    /// <param name="weight">[<see cref="Columns"/>, features].</param>
    /// <param name="targets">[N].</param>
    /// <param name="bias">[<see cref="Columns"/>], or null.</param>
    /// <param name="sampleWeights">[N], or null. No gradient.</param>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public Tensor<float> Forward(
        Tensor<float> hidden, Tensor<float> weight, Tensor<long> targets, Tensor<float>? bias = null, Tensor<float>? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(targets);
        var (ofHidden, ofWeight) = (Tensor.Zeros<float>(hidden.Shape), Tensor.Zeros<float>(weight.Shape));
        var ofBias = bias is null ? null : Tensor.Zeros<float>(bias.Shape);
        var value = Evaluate(hidden.Span, weight.Span, targets.Span, hidden.Shape[^1], bias is null ? default : bias.Span, ofHidden.Span,
            ofWeight.Span, ofBias is null ? default : ofBias.Span,
            sampleWeights: sampleWeights is null ? default : sampleWeights.Span).Value;
        return Tensor.Scalar((float)value).Record("VocabularyParallelLinearLossBackward0", [hidden, weight],
            hidden.MakeEdge(g => ofHidden * g.Item()), weight.MakeEdge(g => ofWeight * g.Item()), bias?.MakeEdge(g => ofBias! * g.Item()));
    }

    private static void Check(int length, long expected, string argument, bool isOptional)
    {
        if (length != expected && !(isOptional && length == 0))
            throw new ArgumentException($"{argument} has {length} elements; {expected} were expected" + (isOptional ? ", or none." : "."),
                argument);
    }
}
