using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The next token of each position: what a language model's hidden states [N, L, embedDim] say of targets [N, L].</summary>
/// <remarks>A loss that never makes the logits has its place in <see cref="Forward"/>: it takes the hidden states and the head's
/// weight.</remarks>
internal sealed class TokenObjective(Gpt model, ClassIndexLoss loss) : Objective
{
    private readonly ClassIndexLoss mean = loss with { WhenEmpty = EmptyMean.Zero };

    public override object Settings => loss;

    public override bool HasAccuracy => false;

    public override Tensor<float> Run(Module module, Tensor<float> inputs) => model.Hidden(Embedding.Tokens(inputs));

    public override double Divisor(Batch batch, Tensor<float> outputs) => mean.Divisor<long>(batch.Targets.Span, model.Vocabulary);

    public override Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null)
    {
        var used = divisor is null || mean.Normalizer is not null ? mean : mean with { Normalizer = divisor };
        var (hidden, targets) = (outputs.Flatten(0, 1), batch.Targets.Flatten());
        return used.Forward(model.Logits(hidden), targets, accumulator: counted);
    }

    /// <summary>Null: a sample is a sequence, which has a loss for each position.</summary>
    public override Tensor<float>? ForwardEach(Tensor<float> outputs, Batch batch) => null;

    /// <summary>The targets that count; which of them are predicted is not asked, for that takes all logits again.</summary>
    public override (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch) => (Counted(batch), 0);

    public override Predictions Predictions(int classes) => new TokenPredictions(this, mean.IgnoreIndex);

    /// <summary>The targets that count.</summary>
    public long Counted(Batch batch)
    {
        var counted = 0L;
        foreach (var target in batch.Targets.Span)
            if (target != mean.IgnoreIndex) counted++;
        return counted;
    }
}
