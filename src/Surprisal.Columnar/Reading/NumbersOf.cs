using System.Runtime.InteropServices;

namespace Surprisal.Columnar;

/// <inheritdoc/>
internal sealed class NumbersOf<T>(long count) : NumberBuffer
    where T : unmanaged
{
    /// <summary>The numbers themselves.</summary>
    public T[] Values { get; } = new T[count];

    public override long Length => Values.Length;

    public override Span<byte> Bytes(long first, int count) => MemoryMarshal.AsBytes(Values.AsSpan((int)first, count));

    public override void Accept(INumberVisitor visitor) => visitor.Visit(this);
}
