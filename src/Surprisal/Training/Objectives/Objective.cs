using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>What training goes down: a loss of class indices or of numbers, or a function of the user's.</summary>
internal abstract class Objective
{
    /// <summary>What a checkpoint keeps and compares.</summary>
    public abstract object Settings { get; }

    /// <summary>Whether <see cref="Count"/> knows which predictions are right.</summary>
    public virtual bool HasAccuracy => true;

    /// <summary>The outputs that the loss takes.</summary>
    public virtual Tensor<float> Run(Module model, Tensor<float> inputs) => model.Forward(inputs);

    /// <summary>What the mean over a batch divides by, from its targets alone; outputs may be another batch's of the step.</summary>
    public abstract double Divisor(Batch batch, Tensor<float> outputs);

    /// <summary>The value to differentiate; what it is the mean of is added to <paramref name="counted"/>.</summary>
    /// <param name="outputs">What the model makes of the batch.</param>
    /// <param name="batch">The targets.</param>
    /// <param name="counted">Receives the sum and the divisor of this batch.</param>
    /// <param name="divisor">Divides instead of the batch's own where a step has several; null for the mean over the batch.</param>
    public abstract Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null);

    /// <summary>The loss of each sample; null where only their mean is known.</summary>
    public abstract Tensor<float>? ForwardEach(Tensor<float> outputs, Batch batch);

    /// <summary>The predictions that count, and how many of them are right.</summary>
    public abstract (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch);

    /// <summary>Takes the predictions of a whole pass.</summary>
    public abstract Predictions Predictions(int classes);

    public static Objective From(Module model, Loss loss) => loss switch
    {
        ClassIndexLoss ofTokens when model is Gpt language => new TokenObjective(language, ofTokens),
        LinearCrossEntropyLoss ofTokens when model is Gpt language => new TokenObjective(language, ofTokens),
        LinearCrossEntropyLoss => throw new ArgumentException(
            $"{loss} takes hidden states and the weight of the last layer, which a Gpt gives; {model.GetType().Name} gives logits.",
            nameof(loss)),
        ClassIndexLoss ofClasses => new ClassIndexObjective(ofClasses),
        DenseLoss ofNumbers => new DenseObjective(ofNumbers),
        RegionLoss ofRegions => FunctionObjective.Of(ofRegions),
        _ => throw new ArgumentException($"{loss} is no loss of classes, numbers or regions.", nameof(loss)),
    };

    public static Objective From(Func<Tensor<float>, Tensor<long>, Tensor<float>> loss) => new FunctionObjective(loss, "a function", -100);

    /// <summary>Of targets that are classes, [N] or [N, ..]: the positions that are not ignored, and those predicted rightly.</summary>
    protected static (long Counted, long Correct) CountClasses(Tensor<float> outputs, Tensor<long> targets, long ignoreIndex)
    {
        var predicted = outputs.ArgMax(1);
        var (counted, correct) = (0L, 0L);
        for (var n = 0; n < targets.Length; n++)
        {
            if (targets.Span[n] == ignoreIndex) continue;
            counted++;
            if (predicted.Span[n] == targets.Span[n]) correct++;
        }
        return (counted, correct);
    }
}
