namespace Surprisal;

/// <summary>What linear cross-entropy is given and where its results go, flat, after shapes have been checked.</summary>
internal readonly ref struct LinearOperands<T> where T : unmanaged
{
    /// <summary>The rows of <see cref="Hidden"/>, what each has, and the classes of <see cref="Weight"/>.</summary>
    public int Rows { get; init; }

    public int Features { get; init; }

    public int Classes { get; init; }

    public ReadOnlySpan<T> Hidden { get; init; }

    public ReadOnlySpan<T> Weight { get; init; }

    /// <summary>One a class, or empty.</summary>
    public ReadOnlySpan<T> Bias { get; init; }

    /// <summary>Class probabilities, one for each row and class; empty where targets are class indices.</summary>
    public ReadOnlySpan<T> Probabilities { get; init; }

    /// <summary>One a row, or empty.</summary>
    public ReadOnlySpan<T> SampleWeights { get; init; }

    /// <summary>What each row's gradients are multiplied by besides, where the losses are not reduced; or empty.</summary>
    public ReadOnlySpan<T> Upstream { get; init; }

    /// <summary>Outputs; empty for none.</summary>
    public Span<T> HiddenGradient { get; init; }

    public Span<T> WeightGradient { get; init; }

    public Span<T> BiasGradient { get; init; }

    public Span<T> Losses { get; init; }

    public bool WantsGradient => !HiddenGradient.IsEmpty || !WeightGradient.IsEmpty || !BiasGradient.IsEmpty;
}
