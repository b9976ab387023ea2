namespace Surprisal.Training;

/// <summary>Moves parameters against their gradients. A parameter without a gradient is left alone.</summary>
public abstract class Optimizer
{
    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);

    private protected Optimizer(IEnumerable<Tensor<float>> parameters, double learningRate)
    {
        Parameters = [.. parameters];
        if (Parameters.Count == 0) throw new ArgumentException("optimizer got an empty parameter list", nameof(parameters));
        LearningRate = learningRate;
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<Tensor<float>> Parameters { get; }

    /// <summary>The step size; schedules change it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(LearningRate), $"Invalid learning rate: {value}; it must be at least 0.");
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

    /// <summary>Replaces what the optimizer remembers by copies of <paramref name="saved"/>; nothing changes unless everything fits.</summary>
    /// <exception cref="ArgumentException">A name without its parameter, or another shape than the parameter's.</exception>
    public void LoadStateDictionary(IReadOnlyDictionary<string, Tensor> saved)
    {
        CheckState(saved);
        state.Clear();
        foreach (var (name, tensor) in saved) state.Add(name, tensor is Tensor<float> values ? values.Clone() : ((Tensor<long>)tensor).Clone());
    }

    internal void CheckState(IReadOnlyDictionary<string, Tensor> saved)
    {
        foreach (var (name, tensor) in saved)
        {
            var fits = int.TryParse(name.Split('.')[0], out var index) && index >= 0 && index < Parameters.Count
                && (tensor is Tensor<long> { Rank: 0 } || (tensor is Tensor<float> && tensor.Shape.SequenceEqual(Parameters[index].Shape)));
            if (!fits) throw new ArgumentException($"the optimizer's {name}, {tensor.ElementName} {Shape.Text(tensor.Shape)}, belongs to none of its {Parameters.Count} parameters.", nameof(saved));
        }
    }

    private protected abstract void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient);

    /// <summary>A remembered tensor of the parameter's shape; all zeros the first time.</summary>
    private protected Span<float> Remembered(int index, string name)
    {
        if (!state.TryGetValue($"{index}.{name}", out var tensor)) state.Add($"{index}.{name}", tensor = Tensor.Zeros<float>(Parameters[index].Shape));
        return ((Tensor<float>)tensor).Span;
    }

    /// <summary>Counts the steps of one parameter: 1 the first time.</summary>
    private protected long CountStep(int index)
    {
        if (!state.TryGetValue($"{index}.step", out var tensor)) state.Add($"{index}.step", tensor = Tensor.Zeros<long>([]));
        return ++((Tensor<long>)tensor).Span[0];
    }
}
