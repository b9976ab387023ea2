namespace Surprisal.Training;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964, Nesterov 1983) as PyTorch writes it: v = m v + g, p -= lr v.</summary>
/// <remarks>With dampening d it is v = m v + (1 - d) g, but v = g in the first step.</remarks>
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
    private readonly double momentum, weightDecay, dampening;
    private readonly bool nesterov;

    /// <summary>An optimizer for the given parameters.</summary>
    /// <param name="parameters">What to train; each once, at least one.</param>
    /// <param name="learningRate">The step size; at least 0 and finite.</param>
    /// <param name="momentum">How much of the last step is kept; at least 0 and finite. Default 0.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p; at least 0 and finite. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum, which must not be 0 then. Default false.</param>
    /// <param name="dampening">How much of a gradient does not enter the momentum, from a parameter's second step on; not looked at without
    /// momentum, and not for Nesterov's. At least 0 and finite. Default 0.</param>
    /// <exception cref="ArgumentNullException">No parameters are given, or one of them is null.</exception>
    /// <exception cref="ArgumentException">No parameters, one given twice, or Nesterov without momentum or with dampening.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is negative, infinite or NaN.</exception>
    public Sgd(
        IEnumerable<Tensor<float>> parameters,
        double learningRate,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false,
        double dampening = 0)
        : base(parameters, learningRate)
    {
        Check(momentum, weightDecay, nesterov, dampening);
        (this.momentum, this.weightDecay, this.nesterov, this.dampening) = (momentum, weightDecay, nesterov, dampening);
        Momentum = momentum;
    }

    /// <summary>An optimizer with groups of parameters.</summary>
    /// <param name="groups">What to train, and where rate and weight decay are others.</param>
    /// <param name="learningRate">The step size, which groups may multiply.</param>
    /// <param name="momentum">How much of the last step is kept. Default 0.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p, where a group has none of its own. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum, which must not be 0 then. Default false.</param>
    /// <param name="dampening">How much of a gradient does not enter the momentum, from a parameter's second step on. Default 0.</param>
    /// <inheritdoc cref="Sgd(IEnumerable{Tensor{float}}, double, double, double, bool, double)" path="/exception"/>
    public Sgd(
        IEnumerable<ParameterGroup> groups,
        double learningRate,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false,
        double dampening = 0)
        : base(groups, learningRate)
    {
        Check(momentum, weightDecay, nesterov, dampening);
        (this.momentum, this.weightDecay, this.nesterov, this.dampening) = (momentum, weightDecay, nesterov, dampening);
        Momentum = momentum;
    }

    /// <summary>How much of the last step is kept now; <see cref="OneCycleLr"/> changes it.</summary>
    public double Momentum { get; private set; }

    /// <inheritdoc/>
    internal override double? CurrentMomentum
    {
        get => momentum == 0 ? null : Momentum;
        set => Momentum = value ?? momentum;
    }

    /// <inheritdoc/>
    protected override string Details => $"momentum={NumberFormat.Short(momentum)}, " +
        (dampening == 0 ? "" : $"dampening={NumberFormat.Short(dampening)}, ") +
        $"weight_decay={NumberFormat.Short(weightDecay)}, nesterov={nesterov}";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => momentum == 0 ? [] : ["momentum_buffer"];

    /// <inheritdoc/>
    protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
    {
        var isFirst = dampening != 0 && !StateDictionary().ContainsKey($"{index}.momentum_buffer");
        var velocity = momentum == 0 ? default : State(index, "momentum_buffer");
        var decay = GroupOf(index).WeightDecay ?? weightDecay;
        Kernels.Sgd.Step(parameter, gradient, velocity, (float)RateOf(index), (float)Momentum, (float)decay, nesterov,
            isFirst ? 1 : (float)(1 - dampening));
    }

    private static void Check(double momentum, double weightDecay, bool nesterov, double dampening)
    {
        CheckNumber(momentum, "momentum value", nameof(momentum));
        CheckNumber(weightDecay, "weight_decay value", nameof(weightDecay));
        CheckNumber(dampening, "dampening value", nameof(dampening));
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
    }
}
