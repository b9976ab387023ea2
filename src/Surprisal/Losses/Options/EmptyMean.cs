namespace Surprisal;

/// <summary>What the mean over nothing is: no sample, every sample ignored, or every weight 0.</summary>
public enum EmptyMean
{
    /// <summary>0 / 0, as PyTorch answers. The default.</summary>
    NaN,

    /// <summary>0, with a gradient of 0.</summary>
    Zero,

    /// <summary>An <see cref="InvalidOperationException"/>, before anything is written.</summary>
    Error,
}
