namespace Surprisal;

/// <summary>How often a piece of memory has been written to since its tensors were made.</summary>
internal sealed class VersionCounter
{
    public int Value { get; private set; }

    public void Bump() => Value++;
}
