using System.Runtime.InteropServices;

namespace Surprisal.Tests.Kernels;

/// <summary>Some pages between two that nobody may touch: an access behind either end of a span that lies there kills the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    /// <summary>What lies beside a span, and must still lie there afterwards.</summary>
    private const byte Canary = 0xA5;

    private const int Beside = 128; // bytes looked at on each side

    private static readonly int page = Environment.SystemPageSize;
    private readonly byte* start;
    private readonly int length;
    private int first, end;

    /// <param name="bytes">The room inside, rounded up to pages.</param>
    public GuardedMemory(int bytes)
    {
        length = (bytes + page - 1) / page * page;
        start = (byte*)Map(0, (nuint)(length + 2 * page), None, PrivateAnonymous, -1, 0) + page;
        if ((nint)start == page - 1 || Protect(start, (nuint)length, ReadAndWrite) != 0)
            throw new InvalidOperationException($"no guarded memory: error {Marshal.GetLastPInvokeError()}");
        new Span<byte>(start, length).Fill(Canary);
    }

    /// <summary>The bytes inside.</summary>
    public int Length => length;

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Room for numbers that begins <paramref name="offset"/> bytes behind the first guard, or ends as many before the second.</summary>
    public Span<T> Place<T>(int count, bool atEnd, int offset) where T : unmanaged
    {
        if (end > 0) throw new InvalidOperationException("the memory is taken");
        var bytes = count * sizeof(T);
        if (bytes + offset > length) throw new ArgumentException($"{bytes} bytes do not fit {length}.", nameof(count));
        first = atEnd ? length - bytes - offset : offset;
        end = first + bytes;
        return new(start + first, count);
    }

    /// <summary>Whether the bytes beside the span are untouched; makes room for the next.</summary>
    public bool Release()
    {
        var whole = new Span<byte>(start, length);
        var untouched = !whole[Math.Max(0, first - Beside)..first].ContainsAnyExcept(Canary)
            && !whole[end..Math.Min(length, end + Beside)].ContainsAnyExcept(Canary);
        whole[first..end].Fill(Canary);
        end = 0;
        return untouched;
    }

    public void Dispose() => Unmap(start - page, (nuint)(length + 2 * page));

    private const int None = 0, ReadAndWrite = 3, PrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
