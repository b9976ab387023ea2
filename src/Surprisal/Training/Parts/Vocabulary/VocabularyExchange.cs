using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>What is known of each row's classes, part by part on several processes, becomes known as a whole to all of them.</summary>
/// <param name="exchange">Who has which parts.</param>
/// <param name="weights">Of each part the sum of its classes' u.</param>
/// <remarks>
/// Few bytes go to everybody, who all merge all rows. Of more each process merges a share of the rows, and tells the others: 32 V / R + 24
/// bytes a row instead of 32 V. The tree is the same, and so are the bits.
/// </remarks>
internal sealed class VocabularyExchange(PartExchange exchange, double[] weights)
{
    /// <summary>The most bytes of all parts and rows that go to everybody.</summary>
    public const int MostGathered = 1 << 20;

    private const int PartBytes = 4 * sizeof(double), WholeBytes = 2 * (sizeof(float) + sizeof(double));

    /// <summary>The whole of each row, from the own parts, [parts, rows].</summary>
    public VocabularyPart[] Merge(VocabularyPart[] own, int rows)
    {
        if (exchange.Ranks > 1 && (long)PartBytes * rows * exchange.Parts > MostGathered) return MergeShare(own, rows);
        var all = MemoryMarshal.Cast<double, VocabularyPart>(
            exchange.Gather(MemoryMarshal.Cast<VocabularyPart, double>(own), rows * PartBytes / sizeof(double)));
        var whole = new VocabularyPart[rows];
        var leaves = new Sum?[exchange.Parts];
        for (var row = 0; row < rows; row++)
        {
            for (var part = 0; part < leaves.Length; part++) leaves[part] = new(all[part * rows + row], weights[part]);
            whole[row] = Merge(leaves);
        }
        return whole;
    }

    private VocabularyPart[] MergeShare(VocabularyPart[] own, int rows)
    {
        var (ranks, widest, share) = (exchange.Ranks, exchange.Widest, Partition.Pieces(rows, exchange.Ranks));
        var mine = new byte[checked(ranks * widest * share * PartBytes)];
        var blocks = MemoryMarshal.Cast<byte, VocabularyPart>(mine.AsSpan());
        for (var rank = 0; rank < ranks; rank++)
        {
            var (first, end) = (Math.Min(rows, rank * share), Math.Min(rows, (rank + 1) * share));
            for (var part = 0; part < own.Length / rows; part++)
                own.AsSpan((part * rows + first)..(part * rows + end)).CopyTo(blocks[((rank * widest + part) * share)..]);
        }
        var received = MemoryMarshal.Cast<byte, VocabularyPart>(exchange.Swap(mine));
        var merged = new byte[share * WholeBytes];
        var leaves = new Sum?[exchange.Parts];
        for (var row = 0; row < share; row++)
        {
            for (var rank = 0; rank < ranks; rank++)
            {
                var (first, end) = PartTree.Of(rank, ranks, exchange.Parts);
                for (var part = first; part < end; part++)
                    leaves[part] = new(received[(rank * widest + part - first) * share + row], weights[part]);
            }
            Write(Merge(leaves), merged.AsSpan(row * WholeBytes, WholeBytes));
        }
        var all = exchange.GatherBytes(merged);
        return [.. Enumerable.Range(0, rows).Select(row => Read(all.AsSpan(row * WholeBytes, WholeBytes)))];
    }

    private static VocabularyPart Merge(Sum?[] leaves) => PartTree.Fold(leaves, static (a, b) =>
        new Sum(VocabularyPart.Merge(a.Part, a.Weight, b.Part, b.Weight), a.Weight + b.Weight))!.Part;

    /// <summary>The two logits are floats, in whatever they are kept.</summary>
    private static void Write(VocabularyPart whole, Span<byte> to)
    {
        MemoryMarshal.Write(to, (float)whole.Max);
        MemoryMarshal.Write(to[4..], (float)whole.Target);
        MemoryMarshal.Write(to[8..], whole.ExpSum);
        MemoryMarshal.Write(to[16..], whole.SmoothingSum);
    }

    private static VocabularyPart Read(ReadOnlySpan<byte> from) => new(MemoryMarshal.Read<float>(from),
        MemoryMarshal.Read<float>(from[4..]), MemoryMarshal.Read<double>(from[8..]), MemoryMarshal.Read<double>(from[16..]));

    /// <summary>A part, or several, and the sum of their u.</summary>
    private sealed record Sum(VocabularyPart Part, double Weight);
}
