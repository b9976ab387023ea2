namespace Surprisal.Training;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964, Nesterov 1983) as PyTorch writes it: v = m v + g, p -= lr v.</summary>
/// <example><code>
/// var x = Tensor.Create&lt;float>([1, 2], requiresGrad: true);
/// var optimizer = new Sgd([x], learningRate: 0.1);
/// for (var step = 0; step &lt; 3; step++)
/// {
///     optimizer.ZeroGrad();
///     (x * x).Sum().Backward();
///     optimizer.Step();
/// }
/// Console.WriteLine(x);                       // tensor([0.5120, 1.0240], requires_grad=True)
/// </code></example>
public sealed class Sgd : Optimizer
{
    private readonly double momentum, weightDecay;
    private readonly bool nesterov;

    /// <summary>An optimizer for the given parameters.</summary>
    /// <param name="parameters">What to train; each once, at least one.</param>
    /// <param name="learningRate">The step size; at least 0 and finite.</param>
    /// <param name="momentum">How much of the last step is kept; at least 0 and finite. Default 0.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p; at least 0 and finite. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum, which must not be 0 then. Default false.</param>
    /// <exception cref="ArgumentNullException">No parameters are given, or one of them is null.</exception>
    /// <exception cref="ArgumentException">No parameters, one given twice, or Nesterov without momentum.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is negative, infinite or NaN.</exception>
    public Sgd(
        IEnumerable<Tensor<float>> parameters,
        double learningRate,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false)
        : base(parameters, learningRate) =>
        (this.momentum, this.weightDecay, this.nesterov) = Checked(momentum, weightDecay, nesterov);

    /// <summary>An optimizer with groups of parameters.</summary>
    /// <param name="groups">What to train, and where rate and weight decay are others.</param>
    /// <param name="learningRate">The step size, which groups may multiply.</param>
    /// <param name="momentum">How much of the last step is kept. Default 0.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p, where a group has none of its own. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum, which must not be 0 then. Default false.</param>
    /// <inheritdoc cref="Sgd(IEnumerable{Tensor{float}}, double, double, double, bool)" path="/exception"/>
    public Sgd(
        IEnumerable<ParameterGroup> groups,
        double learningRate,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false)
        : base(groups, learningRate) =>
        (this.momentum, this.weightDecay, this.nesterov) = Checked(momentum, weightDecay, nesterov);

    /// <inheritdoc/>
    protected override string Details =>
        $"momentum={NumberFormat.Short(momentum)}, weight_decay={NumberFormat.Short(weightDecay)}, nesterov={nesterov}";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => momentum == 0 ? [] : ["momentum_buffer"];

    /// <inheritdoc/>
    protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
    {
        var velocity = momentum == 0 ? default : State(index, "momentum_buffer");
        var decay = GroupOf(index).WeightDecay ?? weightDecay;
        Kernels.Sgd.Step(parameter, gradient, velocity, (float)RateOf(index), (float)momentum, (float)decay, nesterov);
    }

    private static (double Momentum, double WeightDecay, bool Nesterov) Checked(double momentum, double weightDecay, bool nesterov)
    {
        CheckNumber(momentum, "momentum value", nameof(momentum));
        CheckNumber(weightDecay, "weight_decay value", nameof(weightDecay));
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
        return (momentum, weightDecay, nesterov);
    }
}
