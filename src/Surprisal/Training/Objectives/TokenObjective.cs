using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The next token of each position: what a language model's hidden states [N, L, embedDim] say of targets [N, L].</summary>
/// <remarks>
/// A <see cref="LinearCrossEntropyLoss"/> takes them with the head's weight; for another the head makes the logits.
/// </remarks>
internal sealed class TokenObjective : Objective
{
    private readonly Gpt model;
    private readonly Loss loss, mean;

    /// <summary>Which targets count, and how often.</summary>
    private readonly ClassIndexLoss counting;

    private TokenObjective(Gpt model, Loss loss, ClassIndexLoss counting) =>
        (this.model, this.loss, mean, this.counting) = (model, loss, loss with { WhenEmpty = EmptyMean.Zero }, counting);

    public TokenObjective(Gpt model, ClassIndexLoss loss)
        : this(model, loss, loss)
    {
    }

    public TokenObjective(Gpt model, LinearCrossEntropyLoss loss)
        : this(model, loss, new CrossEntropyLoss { Weight = loss.Weight, IgnoreIndex = loss.IgnoreIndex })
    {
    }

    public override object Settings => loss;

    public override bool HasAccuracy => false;

    public override Tensor<float> Run(Module module, Tensor<float> inputs) => model.Hidden(Embedding.Tokens(inputs));

    public override double Divisor(Batch batch, Tensor<float> outputs) => counting.Divisor<long>(batch.Targets.Span, model.Vocabulary);

    public override Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null)
    {
        var used = divisor is null || mean.Normalizer is not null ? mean : mean with { Normalizer = divisor };
        var (hidden, targets) = (outputs.Flatten(0, 1), batch.Targets.Flatten());
        return used is LinearCrossEntropyLoss linear ? linear.Forward(hidden, model.HeadWeight, targets, accumulator: counted)
            : ((ClassIndexLoss)used).Forward(model.Logits(hidden), targets, accumulator: counted);
    }

    /// <summary>Null: a sample is a sequence, which has a loss for each position.</summary>
    public override Tensor<float>? ForwardEach(Tensor<float> outputs, Batch batch) => null;

    /// <summary>The targets that count; which of them are predicted is not asked, for that takes all logits again.</summary>
    public override (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch) => (Counted(batch), 0);

    public override Predictions Predictions(int classes) => new TokenPredictions(this, counting.IgnoreIndex);

    /// <summary>The targets that count.</summary>
    public long Counted(Batch batch)
    {
        var counted = 0L;
        foreach (var target in batch.Targets.Span)
            if (target != counting.IgnoreIndex) counted++;
        return counted;
    }
}
