namespace Surprisal;

/// <summary>What becomes of a class that no target has, in a loss that compares regions.</summary>
public enum AbsentClasses
{
    /// <summary>It is left out of the mean, and has no gradient of its own. The default.</summary>
    Skip,

    /// <summary>It counts: its loss is near 1 where anything is predicted and the smoothing is small.</summary>
    Count,
}
