using System.Globalization;

namespace Surprisal.Training;

/// <summary>Moves parameters against their gradients. A parameter without a gradient is left alone.</summary>
public abstract class Optimizer
{
    private const string StepName = "step";

    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);

    private protected Optimizer(IEnumerable<Tensor<float>> parameters, double learningRate)
    {
        Parameters = [.. parameters];
        if (Parameters.Count == 0) throw new ArgumentException("optimizer got an empty parameter list", nameof(parameters));
        var places = new Dictionary<Tensor<float>, int>();
        for (var i = 0; i < Parameters.Count; i++)
            if (!places.TryAdd(Parameters[i], i))
                throw new ArgumentException($"parameters[{places[Parameters[i]]}] and parameters[{i}] are the same tensor, " +
                    "which would be moved twice a step; give each parameter once.", nameof(parameters));
        LearningRate = learningRate;
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<Tensor<float>> Parameters { get; }

    /// <summary>The step size; schedules change it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = value >= 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(LearningRate),
                $"Invalid learning rate: {value}; it must be at least 0 and finite.");
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

    /// <summary>What the optimizer remembers between steps, by parameter number and PyTorch's name: <c>0.momentum_buffer</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDictionary() => state;

    /// <summary>
    /// Replaces what the optimizer remembers by copies of <paramref name="saved"/>; nothing changes unless everything fits.
    /// </summary>
    /// <exception cref="ArgumentException">The state of another kind of optimizer, a name without its parameter, another shape or element
    /// than the parameter's, or only a part of what belongs to it.</exception>
    public void LoadStateDictionary(IReadOnlyDictionary<string, Tensor> saved)
    {
        CheckState(saved);
        state.Clear();
        foreach (var (name, tensor) in saved)
            state.Add(name, tensor is Tensor<float> values ? values.Clone() : ((Tensor<long>)tensor).Clone());
    }

    /// <summary>The optimizer and the numbers that it was made with, for comparing; the learning rate is not among them.</summary>
    internal abstract string Settings { get; }

    /// <summary>
    /// The tensors of the state that belong to each parameter, by PyTorch's names: <c>step</c> is a count, the others have the parameter's
    /// shape.
    /// </summary>
    private protected abstract string[] StateNames { get; }

    internal void CheckState(IReadOnlyDictionary<string, Tensor> saved)
    {
        foreach (var (name, tensor) in saved)
        {
            var part = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (!StateNames.Contains(part))
                throw new ArgumentException($"the state has {name}, but {GetType().Name} remembers {Names}: it is another optimizer's.",
                    nameof(saved));
            if (Parameter(name) is not { } parameter)
                throw new ArgumentException($"the state has {name}, {tensor.ElementName} {tensor.Shape}, " +
                    $"which belongs to none of the {Parameters.Count} parameters.", nameof(saved));
            var fits = part == StepName
                ? tensor is Tensor<long> { Rank: 0 } count && count.Item() > 0
                : tensor is Tensor<float> && tensor.Shape == parameter.Shape;
            if (!fits)
                throw new ArgumentException($"the state's {name} is {tensor.ElementName} {tensor.Shape}; " +
                    $"{(part == StepName ? "a positive int64 []" : $"float32 {parameter.Shape}")} is needed.", nameof(saved));
            if (Array.Find(StateNames, other => !saved.ContainsKey(name[..^part.Length] + other)) is { } missing)
                throw new ArgumentException($"the state has {name} without {name[..^part.Length] + missing}, which belongs to it.",
                    nameof(saved));
        }
    }

    private string Names => StateNames.Length == 0 ? "nothing" : string.Join(", ", StateNames);

    /// <summary>The parameter that a name such as <c>0.momentum_buffer</c> speaks of; null for none.</summary>
    private Tensor<float>? Parameter(string name)
    {
        var number = name.Split('.')[0];
        return int.TryParse(number, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < Parameters.Count
            && number == index.ToString(CultureInfo.InvariantCulture)
            ? Parameters[index] : null;
    }

    /// <summary>Moves one parameter by one step.</summary>
    private protected abstract void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient);

    /// <summary>A tensor of the optimizer's state, of the parameter's shape; all zeros the first time.</summary>
    private protected Span<float> State(int index, string name)
    {
        if (!state.TryGetValue($"{index}.{name}", out var tensor))
            state.Add($"{index}.{name}", tensor = Tensor.Zeros<float>(Parameters[index].Shape));
        return ((Tensor<float>)tensor).Span;
    }

    /// <summary>Counts the steps of one parameter: 1 the first time.</summary>
    private protected long CountStep(int index)
    {
        if (!state.TryGetValue($"{index}.{StepName}", out var tensor)) state.Add($"{index}.{StepName}", tensor = Tensor.Zeros<long>([]));
        return ++((Tensor<long>)tensor).Span[0];
    }
}
