using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Training;

/// <summary>Floats that stay where they are, aligned to a lane block: transfers outlive any <c>fixed</c>.</summary>
internal sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    private const int Alignment = 64;

    private readonly int bytes;
    private void* start;

    public NativeBuffer(long floats)
    {
        bytes = checked((int)(floats * sizeof(float)));
        start = NativeMemory.AlignedAlloc((nuint)Math.Max(1, bytes), Alignment);
        NativeMemory.Clear(start, (nuint)bytes);
    }

    ~NativeBuffer() => Dispose(disposing: false);

    public Span<float> Floats => new(start, bytes / sizeof(float));

    public override Span<byte> GetSpan() => new(start, bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => new(Unsafe.Add<byte>(start, elementIndex));

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }
}
