using System.Buffers;
using Apache.Arrow.Memory;

namespace Surprisal.Columnar;

/// <summary>Memory for what a decoder makes of a group: as much as the file says that comes out, and no more.</summary>
internal sealed class CappedAllocator(long limit) : MemoryAllocator
{
    private long left = limit;

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        if (length > left) throw new FormatException($"it asks for {length} bytes where {left} were left of what was meant");
        left -= length;
        bytesAllocated = length;
        return new Owner(new byte[length]);
    }

    private sealed class Owner(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = bytes;

        public void Dispose()
        {
        }
    }
}
