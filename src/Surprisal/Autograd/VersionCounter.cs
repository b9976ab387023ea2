namespace Surprisal;

/// <summary>What all tensors over a piece of memory know of it.</summary>
internal sealed class VersionCounter
{
    /// <summary>How often the memory has been written to since its first tensor was made.</summary>
    public int Value { get; private set; }

    /// <summary>Whether a tensor of another shape lies over the memory, whose place on the tape a write would not change.</summary>
    public bool HasViews { get; set; }

    public void Bump() => Value++;
}
