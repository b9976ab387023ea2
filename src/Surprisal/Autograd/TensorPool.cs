using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>
/// A pool of arrays for tensors: memory that the tape knows to be unreachable returns here and is rented again; all else is left to the
/// garbage collector.
/// </summary>
/// <remarks>
/// A tensor gets an array of its own length, or else the shortest of at most twice that: as the last batch of an epoch needs. A new one
/// is made only where all of these are lent, so there are never more than tensors of about that length at one time. Pooled: at most
/// <see cref="Limit"/>, and nothing that three full collections found unused.
/// </remarks>
internal static class TensorPool
{
    /// <summary>The bytes from which on arrays are pooled: smaller ones are cheap to allocate and soon collected.</summary>
    public const int MinBytes = 4096;

    private const int MaxIdleCollections = 3;

    private static readonly Lock gate = new();
    private static readonly Dictionary<Type, List<Shelf>> shelves = []; // by length
    private static long bytes;

    /// <summary>The most bytes that are pooled.</summary>
    public static long Limit { get; set; } = 1L << 30;

    /// <summary>How many bytes are pooled.</summary>
    public static long Bytes => Volatile.Read(ref bytes);

    /// <summary>Overwrites what returns with NaN, so that a test sees who still reads it.</summary>
    public static bool Poison { get; set; }

    /// <summary>An array of at least this length, with anything in it.</summary>
    public static T[] Rent<T>(int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() >= MinBytes)
            lock (gate)
                if (shelves.TryGetValue(typeof(T), out var sorted))
                    for (var i = Find(sorted, length); i < sorted.Count && sorted[i].Length <= 2L * length; i++)
                        if (sorted[i].Free.TryPop(out var found))
                        {
                            bytes -= sorted[i].Size;
                            return (T[])found.Array;
                        }
        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>Takes back an array that was rented and that nobody can reach any more.</summary>
    public static void Return<T>(T[] array) where T : unmanaged
    {
        var size = (long)array.Length * Unsafe.SizeOf<T>();
        if (size < MinBytes) return;
        if (Poison) MemoryMarshal.AsBytes(array.AsSpan()).Fill(0xFF);
        lock (gate)
        {
            if (bytes + size > Limit) return;
            if (shelves.Count == 0) _ = new FullCollection();
            if (!shelves.TryGetValue(typeof(T), out var sorted)) shelves.Add(typeof(T), sorted = []);
            var at = Find(sorted, array.Length);
            if (at == sorted.Count || sorted[at].Length != array.Length) sorted.Insert(at, new Shelf(array.Length, size));
            sorted[at].Free.Push((array, GC.CollectionCount(2)));
            bytes += size;
        }
    }

    /// <summary>The place of the first shelf of at least this length.</summary>
    private static int Find(List<Shelf> sorted, int length)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle].Length < length) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Drops what has been idle for too long; false when nothing is left.</summary>
    private static bool Trim()
    {
        var oldest = GC.CollectionCount(2) - MaxIdleCollections;
        lock (gate)
        {
            foreach (var (element, sorted) in shelves)
            {
                foreach (var shelf in sorted)
                {
                    var recent = shelf.Free.Where(entry => entry.Collections >= oldest).Reverse().ToArray();
                    bytes -= shelf.Size * (shelf.Free.Count - recent.Length);
                    shelf.Free = new(recent);
                }
                sorted.RemoveAll(static shelf => shelf.Free.Count == 0);
                if (sorted.Count == 0) shelves.Remove(element);
            }
            return shelves.Count > 0;
        }
    }

    /// <summary>The free arrays of one length.</summary>
    private sealed class Shelf(int length, long size)
    {
        public int Length => length;

        public long Size => size;

        public Stack<(Array Array, int Collections)> Free { get; set; } = [];
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
