using System.Text;
using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>Parameters that an optimizer treats alike, with what it does otherwise than for the rest.</summary>
/// <example>
/// No weight decay for biases and norms, and a tenth of the rate for the layers that were trained before:
/// <code>
/// var random = new Seed(0);
/// var (body, head) = (new Linear(64, 48, random), new Linear(48, 10, random));
/// var optimizer = new AdamW(
///     [
///         .. ParameterGroup.WithoutDecayOfVectors(head),
///         new ParameterGroup { Parameters = [.. body.Parameters()], LearningRateFactor = 0.1 },
///     ],
///     learningRate: 0.001);
/// Console.WriteLine(optimizer.ParameterGroups[2].LearningRateFactor * optimizer.LearningRate);    // 0.0001
/// </code>
/// </example>
public sealed record ParameterGroup
{
    /// <summary>What belongs to the group; may be empty.</summary>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public required IReadOnlyList<Tensor<float>> Parameters
    {
        get;
        init => field = [.. value ?? throw new ArgumentNullException(nameof(Parameters))];
    }

    /// <summary>
    /// What the optimizer's learning rate is multiplied by; default 1. So there is one rate, which schedules change and checkpoints keep.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double LearningRateFactor
    {
        get;
        init => field = Optimizer.CheckNumber(value, "learning rate factor", nameof(LearningRateFactor));
    } = 1;

    /// <summary>The weight decay; default null, the optimizer's own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double? WeightDecay
    {
        get;
        init => field = value is { } number ? Optimizer.CheckNumber(number, "weight_decay value", nameof(WeightDecay)) : null;
    }

    /// <summary>
    /// Two groups of a model's parameters: those of rank 2 and more, and the others, which are biases and the factors of norms, with a
    /// weight decay of 0. Either may be empty.
    /// </summary>
    /// <param name="model">Whose parameters to group.</param>
    /// <exception cref="ArgumentNullException">No model is given.</exception>
    /// <example><c>new AdamW(ParameterGroup.WithoutDecayOfVectors(model), learningRate: 0.001, weightDecay: 0.05)</c></example>
    public static IReadOnlyList<ParameterGroup> WithoutDecayOfVectors(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var isMatrix = model.Parameters().ToLookup(static parameter => parameter.Rank > 1);
        return [new() { Parameters = [.. isMatrix[true]] }, new() { Parameters = [.. isMatrix[false]], WeightDecay = 0 }];
    }

    /// <summary>One line: 2 parameters, lr times 0.1, weight_decay=0.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(FormattableString.Invariant($"{Parameters.Count} parameter{(Parameters.Count == 1 ? "" : "s")}"));
        if (LearningRateFactor != 1) text.Append(FormattableString.Invariant($", lr times {LearningRateFactor}"));
        if (WeightDecay is { } decay) text.Append(FormattableString.Invariant($", weight_decay={decay}"));
        return text.ToString();
    }
}
