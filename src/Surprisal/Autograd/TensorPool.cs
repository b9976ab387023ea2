using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>Memory for tensors. What the tape knows that nobody else holds comes back here and is handed out again; all else is left to the garbage collector.</summary>
/// <remarks>Arrays of the same element and length only. Kept: at most <see cref="Limit"/>, and nothing that three full collections found unused.</remarks>
internal static class TensorPool
{
    /// <summary>Smaller arrays are cheap to allocate and soon collected.</summary>
    public const int Smallest = 65536;

    private const int Patience = 3;

    private static readonly Lock door = new();
    private static readonly Dictionary<(Type Element, int Length), Stack<(Array Array, long Size, int Collections)>> kept = [];
    private static long bytes;

    /// <summary>The most bytes that wait here to be used again.</summary>
    public static long Limit { get; set; } = 1L << 30;

    /// <summary>How many bytes wait here.</summary>
    public static long Bytes => Volatile.Read(ref bytes);

    /// <summary>Overwrites what comes back with NaN, so that a test sees who still reads it.</summary>
    public static bool Poison { get; set; }

    /// <summary>An array with anything in it.</summary>
    public static T[] Take<T>(int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() >= Smallest)
            lock (door)
                if (kept.TryGetValue((typeof(T), length), out var same) && same.TryPop(out var found))
                {
                    bytes -= found.Size;
                    return (T[])found.Array;
                }
        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>Takes back memory that the tape made and nobody can reach any more; parts of arrays are left alone.</summary>
    public static void Return<T>(ReadOnlyMemory<T> memory) where T : unmanaged
    {
        var size = (long)memory.Length * Unsafe.SizeOf<T>();
        if (size < Smallest || !MemoryMarshal.TryGetArray(memory, out var part) || part.Array is not { } array || array.Length != memory.Length) return;
        if (Poison) MemoryMarshal.AsBytes(array.AsSpan()).Fill(0xFF);
        lock (door)
        {
            if (bytes + size > Limit) return;
            if (!kept.TryGetValue((typeof(T), array.Length), out var same))
            {
                if (kept.Count == 0) _ = new FullCollection();
                kept.Add((typeof(T), array.Length), same = new());
            }
            same.Push((array, size, GC.CollectionCount(2)));
            bytes += size;
        }
    }

    /// <summary>Drops what has waited for too long; false when nothing is left.</summary>
    private static bool Trim()
    {
        var oldest = GC.CollectionCount(2) - Patience;
        lock (door)
        {
            foreach (var (key, same) in kept)
            {
                var recent = same.Where(entry => entry.Collections >= oldest).Reverse().ToArray();
                if (recent.Length == same.Count) continue;
                bytes -= same.Peek().Size * (same.Count - recent.Length);
                if (recent.Length == 0) kept.Remove(key);
                else kept[key] = new(recent);
            }
            return kept.Count > 0;
        }
    }

    /// <summary>Unreachable from the start, so that each collection finds it dead and runs its finalizer.</summary>
    private sealed class FullCollection
    {
#pragma warning disable MA0055 // nothing else tells of a collection
        ~FullCollection()
        {
            if (Trim()) GC.ReRegisterForFinalize(this);
        }
#pragma warning restore MA0055
    }
}
