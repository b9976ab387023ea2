using System.Runtime.InteropServices;

namespace Surprisal.Cli.Evaluate;

/// <summary>Numbers that are in memory, as an array of a file is: so both are read by the same code.</summary>
/// <param name="name">As messages name it.</param>
/// <param name="numbers">In C order; not copied.</param>
/// <param name="shape">Its sizes.</param>
internal sealed class MemoryArray<T>(string name, T[] numbers, IReadOnlyList<long> shape) : StoredArray(name, StoredType.Of<T>(), shape)
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    protected override void ReadElements(long first, Span<byte> elements)
    {
        var into = MemoryMarshal.Cast<byte, T>(elements);
        numbers.AsSpan((int)first, into.Length).CopyTo(into);
    }
}
