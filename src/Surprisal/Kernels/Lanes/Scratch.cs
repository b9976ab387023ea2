using System.Buffers;
using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Memory that a kernel needs for a while, of any content. Who stores whole lane blocks asks for room for all of the last: behind the end is somebody else's.</summary>
internal readonly ref struct Scratch<T> where T : unmanaged
{
    private readonly T[]? rented; // null in default, which has no room, and where tests lend the memory

    /// <param name="length">The numbers that there is room for.</param>
    /// <param name="aligned">Whether they begin at a line of the cache, as long as the collector does not move them.</param>
    public Scratch(int length, bool aligned = false)
    {
        if (Scratch.Lender is { } lender)
        {
            Span = lender.Lend<T>(length, aligned ? CacheLine.Bytes : Unsafe.SizeOf<T>());
            return;
        }
        rented = ArrayPool<T>.Shared.Rent(aligned ? checked(length + CacheLine.Bytes / Unsafe.SizeOf<T>()) : length);
        Span = rented.AsSpan(aligned ? CacheLine.ElementsBefore<T>(rented) : 0, length);
    }

    public Span<T> Span { get; }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
        else if (!Span.IsEmpty) Scratch.Lender!.TakeBack(Span);
    }
}

/// <summary>Who lends kernels their memory.</summary>
internal static class Scratch
{
    /// <summary>Nobody but the pool, if this is null; a test may put guards around the memory.</summary>
    public static ILender? Lender { get; set; }
}

/// <summary>Lends memory in place of the pool.</summary>
internal interface ILender
{
    /// <summary>Room for so many numbers that starts at a multiple of <paramref name="alignment"/> bytes.</summary>
    Span<T> Lend<T>(int length, int alignment) where T : unmanaged;

    void TakeBack<T>(Span<T> memory) where T : unmanaged;
}
