namespace Surprisal.Training;

/// <summary>What training goes down: a loss of the family, or a function of the user's.</summary>
internal abstract class Objective
{
    /// <summary>The target of samples that count nowhere.</summary>
    public abstract long IgnoreIndex { get; }

    /// <summary>What a checkpoint keeps and compares.</summary>
    public abstract object Settings { get; }

    /// <summary>The value to differentiate; what it is the mean of is added to <paramref name="counted"/>.</summary>
    public abstract Tensor<float> Forward(Tensor<float> logits, Tensor<long> targets, LossAccumulator counted);

    /// <summary>The loss of each sample; null where only their mean is known.</summary>
    public abstract Tensor<float>? ForwardEach(Tensor<float> logits, Tensor<long> targets);

    public static Objective From(ClassIndexLoss loss) => new OfLoss(loss);

    public static Objective From(Func<Tensor<float>, Tensor<long>, Tensor<float>> loss) => new OfFunction(loss);

    private sealed class OfLoss(ClassIndexLoss loss) : Objective
    {
        // A batch without a divisor makes no step, so its mean needs no value and is no error.
        private readonly ClassIndexLoss mean = loss with { WhenEmpty = EmptyMean.Zero };

        public override long IgnoreIndex => mean.IgnoreIndex;

        public override object Settings => loss;

        public override Tensor<float> Forward(Tensor<float> logits, Tensor<long> targets, LossAccumulator counted) =>
            mean.Forward(logits, targets, accumulator: counted);

        public override Tensor<float> ForwardEach(Tensor<float> logits, Tensor<long> targets) =>
            (mean with { Reduction = Reduction.None }).Forward(logits, targets);
    }

    private sealed class OfFunction(Func<Tensor<float>, Tensor<long>, Tensor<float>> loss) : Objective
    {
        public override long IgnoreIndex => -100;

        public override object Settings => "a function";

        public override Tensor<float> Forward(Tensor<float> logits, Tensor<long> targets, LossAccumulator counted)
        {
            var value = loss(logits, targets);
            if (value.Length != 1)
                throw new InvalidOperationException(
                    $"the loss function returned a tensor of shape {value.Shape}; one number is needed, the mean of the batch.");
            counted.Add((double)value.Item() * targets.Length, targets.Length);
            return value;
        }

        public override Tensor<float>? ForwardEach(Tensor<float> logits, Tensor<long> targets) => null;
    }
}
