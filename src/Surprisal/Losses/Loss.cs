using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Surprisal;

/// <summary>What all losses share: how the losses of the samples become one number, and by what that is divided.</summary>
/// <remarks>Losses are immutable records, thread-safe and compared by value; an invalid one cannot be built.</remarks>
[DynamicallyAccessedMembers( // of every loss, for ToString
    DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
public abstract record Loss
{
    private protected Loss(Reduction reduction = Reduction.Mean) => Reduction = reduction;

    /// <summary>
    /// What becomes of the samples' losses. Default <see cref="Reduction.Mean"/>; <see cref="Reduction.None"/> for the focal losses.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a reduction of this loss.</exception>
    public Reduction Reduction
    {
        get;
        init => field = Allows(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Reduction), value, $"{value} is not a valid value for reduction; {Allowed}.");
    }

    /// <summary>
    /// Divides the sum instead of the loss's own divisor, for means over more than this batch. Default null; ignored unless the reduction
    /// is a mean.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive, finite number.</exception>
    public double? Normalizer
    {
        get;
        init => field = value is null || (value > 0 && double.IsFinite(value.Value))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Normalizer), value,
                $"Normalizer is {value}; it divides the sum of the losses, so it must be positive and finite.");
    }

    /// <summary>
    /// The mean over nothing. Default <see cref="EmptyMean.NaN"/>; ignored unless the reduction is a mean without a
    /// <see cref="Normalizer"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the three.</exception>
    public EmptyMean WhenEmpty
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WhenEmpty), value,
                $"{value} is not a valid value for an empty mean; it is NaN, Zero or Error.");
    }

    /// <summary>
    /// The options that differ from their defaults, as C# sets them: CrossEntropyLoss { LabelSmoothing = 0.1 }; or CrossEntropyLoss().
    /// </summary>
    public sealed override string ToString()
    {
        var defaults = Activator.CreateInstance(GetType());
        var options = GetType().GetProperties()
            .Where(property => !Equals(property.GetValue(this), property.GetValue(defaults)))
            .OrderBy(static property => property.DeclaringType!.IsSealed) // what all losses have goes first
            .Select(property => string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {property.GetValue(this)}"));
        var text = string.Join(", ", options);
        return GetType().Name + (text.Length == 0 ? "()" : $" {{ {text} }}");
    }

    /// <summary>PyTorch's name of the node that this loss leaves on the tape.</summary>
    internal abstract string NodeName(int rank);

    /// <summary>Whether the loss has this reduction.</summary>
    private protected virtual bool Allows(Reduction reduction) => reduction is Reduction.None or Reduction.Mean or Reduction.Sum;

    /// <summary>The reductions that the loss has, as the end of a message.</summary>
    private protected virtual string Allowed => "it is None, Mean or Sum";

    private bool IsMean => Reduction is Reduction.Mean or Reduction.BatchMean;

    /// <summary>The factor of every gradient, 1 / divisor for a mean; refuses an empty mean where that is asked for.</summary>
    internal double Scale(Divisor divisor)
    {
        if (!IsMean) return 1;
        if (Normalizer is { } normalizer) return 1 / normalizer;
        if (!divisor.Empty) return 1 / divisor.Value;
        if (WhenEmpty == EmptyMean.Error)
            throw new InvalidOperationException(
                $"the mean of {GetType().Name} is over nothing: there is no sample, every one is ignored, or every weight is 0; " +
                "WhenEmpty = Zero or NaN gives a value instead.");
        return WhenEmpty == EmptyMean.Zero ? 0 : double.NaN; // as 0 / 0 is, also where smoothing makes the sum more than 0
    }

    /// <summary>What the loss returns for a sum and its divisor.</summary>
    internal LossResult Result(double sum, Divisor divisor) => new()
    {
        Value = !IsMean ? sum
            : Normalizer is { } normalizer ? sum / normalizer
            : divisor.Empty ? WhenEmpty == EmptyMean.Zero ? 0 : double.NaN
            : sum / divisor.Value,
        Sum = sum,
        Divisor = divisor.Value,
    };
}
