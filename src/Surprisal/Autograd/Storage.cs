namespace Surprisal;

/// <summary>What all tensors over a piece of memory know of it.</summary>
internal sealed class Storage(Array? rented = null, int length = 0)
{
    /// <summary>The array that <see cref="TensorPool"/> lent for the memory; null where it comes from elsewhere.</summary>
    public Array? Rented => rented;

    /// <summary>How many elements of the rented array are used, from the first.</summary>
    public int Length => length;

    /// <summary>How often the memory has been written to since its first tensor was made.</summary>
    public int Version { get; private set; }

    /// <summary>Whether a tensor of another shape lies over the memory, whose place on the tape a write would not change.</summary>
    public bool HasViews { get; set; }

    /// <summary>
    /// Whether the memory outlives the step that it was made in: it holds what lives on, such as a parameter or a gradient, somebody asked
    /// for that, or a span of it was handed out, which no later check can reach.
    /// </summary>
    public bool IsKept { get; set; }

    /// <summary>Whether the memory has been given back: another tensor may have it now.</summary>
    public bool IsReturned { get; set; }

    public void Bump() => Version++;
}
