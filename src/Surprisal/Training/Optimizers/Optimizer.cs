namespace Surprisal.Training;

/// <summary>
/// Moves parameters against their gradients; derive from it for steps of your own. A parameter without a gradient is left alone.
/// </summary>
/// <remarks>
/// A derived optimizer says how one parameter moves, <see cref="Update"/>, and what decides it, <see cref="Details"/>. What it remembers
/// from step to step lies in tensors that it names in <see cref="StateNames"/>: a checkpoint holds those and no field.
/// </remarks>
/// <example>
/// The sign of a running mean of the gradient (Chen et al. 2023, in short):
/// <code>
/// var x = Tensor.Create&lt;float>([1, -2], requiresGrad: true);
/// var optimizer = new SignDescent([x], learningRate: 0.25);
/// (x * x).Sum().Backward();
/// optimizer.Step();
/// Console.WriteLine(x);                       // tensor([ 0.7500, -1.7500], requires_grad=True)
///
/// public sealed class SignDescent(IEnumerable&lt;Tensor&lt;float>> parameters, double learningRate, double beta = 0.9)
///     : Optimizer(parameters, learningRate)
/// {
///     protected override string Details => $"beta={beta}";
///
///     protected override IReadOnlyList&lt;string> StateNames => ["exp_avg"];
///
///     protected override void Update(int index, Span&lt;float> parameter, ReadOnlySpan&lt;float> gradient)
///     {
///         var mean = State(index, "exp_avg");
///         for (var i = 0; i &lt; parameter.Length; i++)
///         {
///             mean[i] += (float)(1 - beta) * (gradient[i] - mean[i]);
///             parameter[i] -= (float)RateOf(index) * MathF.Sign(mean[i]);
///         }
///     }
/// }
/// </code>
/// </example>
public abstract partial class Optimizer
{
    private readonly ParameterGroup[] groupOfParameter;

    /// <summary>An optimizer that treats all parameters alike.</summary>
    /// <param name="parameters">What to train; each once.</param>
    /// <param name="learningRate">The step size.</param>
    /// <exception cref="ArgumentNullException">No parameters are given, or one of them is null.</exception>
    /// <exception cref="ArgumentException">No parameters, or one given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A learning rate that is negative, infinite or NaN.</exception>
    protected Optimizer(IEnumerable<Tensor<float>> parameters, double learningRate)
        : this(
            [new() { Parameters = [.. parameters ?? throw new ArgumentNullException(nameof(parameters))] }],
            nameof(parameters), learningRate)
    {
    }

    /// <summary>An optimizer with groups of parameters.</summary>
    /// <param name="groups">What to train, and where it is treated otherwise; each parameter once.</param>
    /// <param name="learningRate">The step size, which groups may multiply.</param>
    /// <inheritdoc cref="Optimizer(IEnumerable{Tensor{float}}, double)" path="/exception"/>
    protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate)
        : this([.. groups ?? throw new ArgumentNullException(nameof(groups))], nameof(groups), learningRate)
    {
    }

    private Optimizer(ParameterGroup[] groups, string argument, double learningRate)
    {
        var places = new Dictionary<Tensor<float>, (int Group, int Index)>();
        for (var g = 0; g < groups.Length; g++)
        {
            if (groups[g] is null) throw new ArgumentNullException(argument, $"groups[{g}] is null.");
            for (var i = 0; i < groups[g].Parameters.Count; i++)
            {
                var parameter = groups[g].Parameters[i];
                if (parameter is null) throw new ArgumentNullException(argument, $"{Place((g, i))} is null.");
                if (places.TryAdd(parameter, (g, i))) continue;
                var before = places[parameter];
                throw new ArgumentException((before.Group != g ? "some parameters appear in more than one parameter group: " : "") +
                    $"{Place(before)} and {Place((g, i))} are the same tensor, " +
                    "which would be moved twice a step; give each parameter once.", argument);
            }
        }
        ParameterGroups = groups;
        Parameters = [.. groups.SelectMany(static group => group.Parameters)];
        groupOfParameter = [.. groups.SelectMany(static group => Enumerable.Repeat(group, group.Parameters.Count))];
        if (Parameters.Count == 0) throw new ArgumentException("optimizer got an empty parameter list", argument);
        CheckRate(learningRate, nameof(learningRate));
        LearningRate = learningRate;

        string Place((int Group, int Index) at) =>
            argument == nameof(groups) ? $"groups[{at.Group}].Parameters[{at.Index}]" : $"parameters[{at.Index}]";
    }

    /// <summary>What is trained: the parameters of all groups, one after the other.</summary>
    public IReadOnlyList<Tensor<float>> Parameters { get; }

    /// <summary>The groups of parameters; one, with nothing of its own, where the optimizer was made without.</summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups { get; }

    /// <summary>The step size; schedules change it. A group may multiply it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = CheckRate(value, nameof(LearningRate));
    }

    /// <summary>Moves every parameter that has a gradient by one step.</summary>
    public void Step()
    {
        using var scope = Tensor.NoGrad();
        for (var i = 0; i < Parameters.Count; i++)
            if (Parameters[i].Gradient is { } gradient)
                Update(i, Parameters[i].WritableSpan("Step"), gradient.Span);
    }

    /// <summary>Forgets every parameter's gradient.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in Parameters) parameter.ZeroGrad();
    }

    /// <summary>One line with PyTorch's names: Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0).</summary>
    public override string ToString() => Text($"lr={NumberFormat.Short(LearningRate)}");

    /// <summary>The optimizer and the numbers that it was made with, for comparing; the learning rate is not among them.</summary>
    internal string Settings => Text("");

    /// <summary>
    /// Every number beside the learning rate and the groups that decides a step, as <c>momentum=0.9, nesterov=False</c>; "" for none.
    /// <see cref="ToString"/> shows it, and a checkpoint refuses an optimizer where it differs.
    /// </summary>
    protected abstract string Details { get; }

    /// <summary>Moves one parameter by one step, at <see cref="RateOf"/>.</summary>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    /// <param name="parameter">Its elements in row-major order, to write to.</param>
    /// <param name="gradient">The gradient of each.</param>
    protected abstract void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient);

    /// <summary>The step size of a parameter: the learning rate, times its group's factor.</summary>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    protected double RateOf(int index) => LearningRate * groupOfParameter[index].LearningRateFactor;

    /// <summary>The group of a parameter, whose <see cref="ParameterGroup.WeightDecay"/> goes before the optimizer's own.</summary>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    protected ParameterGroup GroupOf(int index) => groupOfParameter[index];

    /// <summary>The momentum, or beta1, at present, to read and to change; null for an optimizer without one.</summary>
    internal virtual double? CurrentMomentum
    {
        get => null;
        set { }
    }

    /// <summary>Refuses a number that is negative, infinite or NaN.</summary>
    internal static double CheckNumber(double value, string what, string name) => value >= 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, $"Invalid {what}: {value}; it must be at least 0 and finite.");

    private static double CheckRate(double value, string name) => CheckNumber(value, "learning rate", name);

    private string Text(string rate)
    {
        string[] numbers = [rate, Details];
        var hasGroups = ParameterGroups is not [{ LearningRateFactor: 1, WeightDecay: null }];
        var all = string.Join(", ", numbers.Where(static text => text.Length > 0));
        string[] parts = hasGroups ? [all, .. ParameterGroups.Select(static group => $"{group}")] : [all];
        return $"{GetType().Name}({string.Join("; ", parts)})";
    }
}
