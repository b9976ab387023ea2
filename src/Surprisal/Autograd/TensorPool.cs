using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>
/// A pool of arrays for tensors: memory that the tape knows to be unreachable returns here and is rented again; all else is left to the
/// garbage collector.
/// </summary>
/// <remarks>
/// Arrays of the same element and length only. Pooled: at most <see cref="Limit"/>, and nothing that three full collections found unused.
/// </remarks>
internal static class TensorPool
{
    /// <summary>The bytes from which on arrays are pooled: smaller ones are cheap to allocate and soon collected.</summary>
    public const int MinBytes = 4096;

    private const int MaxIdleCollections = 3;

    private static readonly Lock gate = new();
    private static readonly Dictionary<(Type Element, int Length), Stack<(Array Array, long Size, int Collections)>> free = [];
    private static long bytes;

    /// <summary>The most bytes that are pooled.</summary>
    public static long Limit { get; set; } = 1L << 30;

    /// <summary>How many bytes are pooled.</summary>
    public static long Bytes => Volatile.Read(ref bytes);

    /// <summary>Overwrites what returns with NaN, so that a test sees who still reads it.</summary>
    public static bool Poison { get; set; }

    /// <summary>An array with anything in it.</summary>
    public static T[] Rent<T>(int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() >= MinBytes)
            lock (gate)
                if (free.TryGetValue((typeof(T), length), out var same) && same.TryPop(out var found))
                {
                    bytes -= found.Size;
                    return (T[])found.Array;
                }
        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>The array that the memory is all of; null for a part of one, or memory of another kind.</summary>
    public static T[]? WholeArray<T>(ReadOnlyMemory<T> memory) =>
        MemoryMarshal.TryGetArray(memory, out var part) && part.Array is { } array && array.Length == memory.Length ? array : null;

    /// <summary>Takes back an array that nobody can reach any more.</summary>
    public static void Return<T>(T[] array) where T : unmanaged
    {
        var size = (long)array.Length * Unsafe.SizeOf<T>();
        if (size < MinBytes) return;
        if (Poison) MemoryMarshal.AsBytes(array.AsSpan()).Fill(0xFF);
        lock (gate)
        {
            if (bytes + size > Limit) return;
            if (!free.TryGetValue((typeof(T), array.Length), out var same))
            {
                if (free.Count == 0) _ = new FullCollection();
                free.Add((typeof(T), array.Length), same = new());
            }
            same.Push((array, size, GC.CollectionCount(2)));
            bytes += size;
        }
    }

    /// <summary>Drops what has been idle for too long; false when nothing is left.</summary>
    private static bool Trim()
    {
        var oldest = GC.CollectionCount(2) - MaxIdleCollections;
        lock (gate)
        {
            foreach (var (key, same) in free)
            {
                var recent = same.Where(entry => entry.Collections >= oldest).Reverse().ToArray();
                if (recent.Length == same.Count) continue;
                bytes -= same.Peek().Size * (same.Count - recent.Length);
                if (recent.Length == 0) free.Remove(key);
                else free[key] = new(recent);
            }
            return free.Count > 0;
        }
    }

    /// <summary>
    /// Trims after each full collection: unreachable from the start, so each finds it dead and runs its finalizer, which revives it.
    /// </summary>
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
