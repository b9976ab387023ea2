namespace Surprisal.Cuda;

/// <summary>
/// Doubles in memory one after the other, as a loop of the library's adds them: a block fetches tiles into shared memory, and its first
/// thread adds one while the others fetch the next.
/// </summary>
internal static class OrderedSum
{
    /// <summary>The threads of the block.</summary>
    public const int Threads = 512;

    private const int Fetched = 4, Tile = Fetched * Threads, AtOnce = 16;

    /// <summary>
    /// Gives each double to <paramref name="add"/>, in the first thread, and zeros behind the last one, which change no sum that began at
    /// 0, finite or not. All threads of the block come here.
    /// </summary>
    public static void Write(PtxWriter writer, Whole<U64> from, Whole<U32> count, Action<Real<F64>> add)
    {
        var (thread, first) = (writer.Thread(), writer.Shared("ordered", 2 * Tile * F64.Size));
        var both = first + first + Tile * F64.Size; // the addresses of the two tiles
        var tile = writer.Variable(first);
        writer.For<U32>(0, count, Tile, start =>
        {
            for (var k = 0; k < Fetched; k++)
            {
                var (own, x) = (thread + k * Threads, writer.Variable(Real<F64>.Zero));
                writer.If(start + own < count, () => writer.Set(x, writer.Load<F64>(writer.At(from, start + own, F64.Size))));
                writer.StoreShared(tile + own * F64.Size, x);
            }
            writer.Barrier();
            writer.If(Whole<U32>.Equal(thread, 0), () => writer.For<U32>(0, Whole<U32>.Min(count - start, Tile), AtOnce, i =>
            {
                var at = tile + i * F64.Size;
                foreach (var x in Enumerable.Range(0, AtOnce).Select(k => writer.LoadShared<F64>(at, k * F64.Size)).ToArray()) add(x);
            }));
            writer.Set(tile, both - tile);
        });
    }
}
