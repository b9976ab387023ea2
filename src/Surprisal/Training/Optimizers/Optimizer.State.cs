using System.Globalization;

namespace Surprisal.Training;

/// <content>What an optimizer remembers of each parameter, and how it is saved and loaded.</content>
public abstract partial class Optimizer
{
    private const string StepName = "step";

    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);

    /// <summary>What the optimizer remembers between steps, by parameter number and PyTorch's name: <c>0.momentum_buffer</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDictionary() => state;

    /// <summary>
    /// Replaces what the optimizer remembers by copies of <paramref name="saved"/>; nothing changes unless everything fits.
    /// </summary>
    /// <param name="saved">What <see cref="StateDictionary"/> of the same kind of optimizer over such parameters gave; a parameter without
    /// an entry begins anew.</param>
    /// <exception cref="ArgumentNullException">No state is given.</exception>
    /// <exception cref="ArgumentException">The state of another kind of optimizer, a name without its parameter, another shape or element
    /// than the parameter's, or only a part of what belongs to it.</exception>
    public void LoadStateDictionary(IReadOnlyDictionary<string, Tensor> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        CheckState(saved);
        state.Clear();
        foreach (var (name, tensor) in saved)
            state.Add(name, tensor is Tensor<float> values ? values.Clone() : ((Tensor<long>)tensor).Clone());
    }

    /// <summary>
    /// The names of what is remembered of each parameter; default none. <c>step</c> is the count of <see cref="CountStep"/>, every other
    /// one a tensor of the parameter's shape, <see cref="State"/>.
    /// </summary>
    protected virtual IReadOnlyList<string> StateNames => [];

    /// <summary>What is remembered of a parameter under one of the <see cref="StateNames"/>, to read and to write.</summary>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    /// <param name="name">One of the names, but not <c>step</c>.</param>
    /// <returns>As many numbers as the parameter has; all zeros the first time.</returns>
    /// <exception cref="InvalidOperationException">The name is none of the <see cref="StateNames"/>.</exception>
    protected Span<float> State(int index, string name) => Remembered(index, name) is Tensor<float> numbers ? numbers.Span
        : throw new InvalidOperationException($"{GetType().Name} asks for {name} as numbers, but it is the count of CountStep.");

    /// <summary>Counts the steps of a parameter, under the name <c>step</c>: 1 the first time.</summary>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    /// <exception cref="InvalidOperationException"><c>step</c> is none of the <see cref="StateNames"/>.</exception>
    protected long CountStep(int index) => ++((Tensor<long>)Remembered(index, StepName)).Span[0];

    internal void CheckState(IReadOnlyDictionary<string, Tensor> saved)
    {
        var names = StateNames;
        foreach (var (name, tensor) in saved)
        {
            var part = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (!names.Contains(part, StringComparer.Ordinal))
                throw new ArgumentException(
                    $"the state has {name}, but {GetType().Name} remembers {Listed(names)}: it is another optimizer's.", nameof(saved));
            if (Parameter(name) is not { } parameter)
                throw new ArgumentException($"the state has {name}, {tensor.ElementName} {tensor.Shape}, " +
                    $"which belongs to none of the {Parameters.Count} parameters.", nameof(saved));
            var fits = part == StepName
                ? tensor is Tensor<long> { Rank: 0 } count && count.Item() >= 0
                : tensor is Tensor<float> && tensor.Shape == parameter.Shape;
            if (!fits)
                throw new ArgumentException($"the state's {name} is {tensor.ElementName} {tensor.Shape}; " +
                    $"{(part == StepName ? "int64 [], at least 0," : $"float32 {parameter.Shape}")} is needed.", nameof(saved));
            if (names.FirstOrDefault(other => !saved.ContainsKey(name[..^part.Length] + other)) is { } missing)
                throw new ArgumentException($"the state has {name} without {name[..^part.Length] + missing}, which belongs to it.",
                    nameof(saved));
        }
    }

    /// <summary>Everything of a parameter begins together, so that a state is never of one half only.</summary>
    private Tensor Remembered(int index, string name)
    {
        if (state.TryGetValue($"{index}.{name}", out var tensor)) return tensor;
        var names = StateNames;
        if (!names.Contains(name, StringComparer.Ordinal))
            throw new InvalidOperationException($"{GetType().Name} asks for {name}, but remembers {Listed(names)}: " +
                "StateNames must name it, so that checkpoints hold it.");
        foreach (var each in names)
            state.TryAdd($"{index}.{each}",
                each == StepName ? Tensor.Zeros<long>([]).Keep() : Tensor.Zeros<float>(Parameters[index].Shape).Keep());
        return state[$"{index}.{name}"];
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);

    /// <summary>The parameter that a name such as <c>0.momentum_buffer</c> speaks of; null for none.</summary>
    private Tensor<float>? Parameter(string name)
    {
        var number = name.Split('.')[0];
        return int.TryParse(number, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < Parameters.Count
            && number == index.ToString(CultureInfo.InvariantCulture)
            ? Parameters[index] : null;
    }
}
