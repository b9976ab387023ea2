using System.Buffers;
using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A rented buffer of any content, which a kernel needs for a while.</summary>
/// <remarks>
/// Who stores whole lane blocks rents enough for all of the last block: the memory behind the end belongs to somebody else.
/// </remarks>
internal readonly ref struct Scratch<T> where T : unmanaged
{
    private readonly T[]? rented; // null for default, which is empty, and for memory from a test's pool

    /// <param name="length">The number of elements.</param>
    /// <param name="aligned">Whether the buffer begins at a cache line; the collector may move it later.</param>
    public Scratch(int length, bool aligned = false)
    {
        if (Scratch.Pool is { } pool)
        {
            Span = pool.Rent<T>(length, aligned ? CacheLine.Bytes : Unsafe.SizeOf<T>());
            return;
        }
        rented = ArrayPool<T>.Shared.Rent(aligned ? checked(length + CacheLine.Bytes / Unsafe.SizeOf<T>()) : length);
        Span = rented.AsSpan(aligned ? CacheLine.ElementsBefore<T>(rented) : 0, length);
    }

    public Span<T> Span { get; }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
        else if (!Span.IsEmpty) Scratch.Pool!.Return(Span);
    }
}

/// <summary>Where <see cref="Scratch{T}"/> rents from.</summary>
internal static class Scratch
{
    /// <summary>The pool; null for the runtime's own. A test sets one that puts guard pages around the buffers.</summary>
    public static IScratchPool? Pool { get; set; }
}

/// <summary>Rents scratch memory in place of the runtime's array pool.</summary>
internal interface IScratchPool
{
    /// <summary>Rents <paramref name="length"/> elements that start at a multiple of <paramref name="alignment"/> bytes.</summary>
    Span<T> Rent<T>(int length, int alignment) where T : unmanaged;

    void Return<T>(Span<T> memory) where T : unmanaged;
}
