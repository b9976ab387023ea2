namespace Surprisal.Metrics;

/// <summary>What precision, recall and F1 are where they are 0 / 0.</summary>
public enum ZeroDivision
{
    /// <summary>0, as scikit-learn has it; reports print it as "-".</summary>
    Zero,

    /// <summary>1.</summary>
    One,

    /// <summary>NaN, which averages leave out.</summary>
    NaN,
}
