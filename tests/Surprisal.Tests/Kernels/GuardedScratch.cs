using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// Lends kernels their scratch memory between guards, each area beside guards of its own; what it holds at first is junk, and other junk where it ends at a
/// guard.
/// </summary>
internal sealed unsafe class GuardedScratch : IScratchPool, IDisposable
{
    private readonly List<GuardedMemory> regions = [];
    private readonly Dictionary<nint, GuardedMemory> lent = [];
    private int overwritten;

    /// <summary>Whether areas end at a guard, else they begin behind one.</summary>
    public bool AtEnd { get; set; }

    /// <summary>How many areas had their neighbours' bytes changed, and how many were not given back; starts anew.</summary>
    public (int Overwritten, int Kept) Count()
    {
        var found = (overwritten, lent.Count);
        overwritten = 0;
        return found;
    }

    public Span<T> Rent<T>(int length, int alignment) where T : unmanaged
    {
        if (length == 0) return [];
        var bytes = length * sizeof(T);
        lock (regions)
        {
            var index = regions.FindIndex(region => region.Length >= bytes);
            if (index < 0) regions.Add(new((int)BitOperations.RoundUpToPowerOf2((uint)bytes)));
            var region = index < 0 ? regions[^1] : regions[index];
            regions.Remove(region);
            var area = region.Place<T>(length, AtEnd, AtEnd ? -bytes & (alignment - 1) : 0);
            MemoryMarshal.AsBytes(area).Fill((byte)(AtEnd ? 0xFF : 0x11)); // NaN or -1, or small numbers
            lent.Add((nint)Unsafe.AsPointer(ref area[0]), region);
            return area;
        }
    }

    public void Return<T>(Span<T> memory) where T : unmanaged
    {
        lock (regions)
        {
            if (!lent.Remove((nint)Unsafe.AsPointer(ref memory[0]), out var region))
                throw new ArgumentException("not lent here, or given back twice", nameof(memory));
            if (!region.Release()) overwritten++;
            // the smallest first
            regions.Insert(regions.FindIndex(other => other.Length >= region.Length) is var index and >= 0 ? index : regions.Count, region);
        }
    }

    public void Dispose()
    {
        foreach (var region in regions) region.Dispose();
    }
}
