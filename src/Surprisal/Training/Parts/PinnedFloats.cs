using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Training;

/// <summary>Floats that stay where they are, aligned to a lane block: transfers outlive any <c>fixed</c>.</summary>
internal sealed unsafe class PinnedFloats
{
    private const int Alignment = 64;

    public PinnedFloats(long floats)
    {
        var bytes = GC.AllocateArray<byte>(checked((int)(floats * sizeof(float)) + Alignment), pinned: true);
        var misplaced = (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes)) % Alignment);
        Memory = bytes.AsMemory((Alignment - misplaced) % Alignment, bytes.Length - Alignment);
    }

    public Memory<byte> Memory { get; }

    public Span<float> Span => MemoryMarshal.Cast<byte, float>(Memory.Span);
}
