namespace Surprisal.Training;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964, Nesterov 1983) as PyTorch writes it: v = m v + g, p -= lr v.</summary>
public sealed class Sgd : Optimizer
{
    private readonly float momentum, weightDecay;
    private readonly bool nesterov;

    /// <summary>An optimizer for the given parameters.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the last step is kept. Default 0.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum, which must not be 0 then. Default false.</param>
    /// <exception cref="ArgumentException">No parameters, or Nesterov without momentum.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public Sgd(
        IEnumerable<Tensor<float>> parameters,
        double learningRate,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false)
        : base(parameters, learningRate)
    {
        if (!(momentum >= 0))
            throw new ArgumentOutOfRangeException(nameof(momentum), $"Invalid momentum value: {momentum}; it must be at least 0.");
        if (!(weightDecay >= 0))
            throw new ArgumentOutOfRangeException(nameof(weightDecay),
                $"Invalid weight_decay value: {weightDecay}; it must be at least 0.");
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
        (this.momentum, this.weightDecay, this.nesterov) = ((float)momentum, (float)weightDecay, nesterov);
    }

    internal override string Settings =>
        FormattableString.Invariant($"Sgd with momentum {momentum}{(nesterov ? " (Nesterov)" : "")}, weight decay {weightDecay}");

    private protected override string[] StateNames => momentum == 0 ? [] : ["momentum_buffer"];

    private protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
    {
        var velocity = momentum == 0 ? default : State(index, "momentum_buffer");
        Kernels.Sgd.Step(parameter, gradient, velocity, (float)LearningRate, momentum, weightDecay, nesterov);
    }
}
