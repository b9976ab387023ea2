using System.Buffers.Binary;
using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Cli.Ranks;

/// <summary>What the ranks have counted, each of its own rows, becomes what one would have counted of all.</summary>
internal static class SharedCounts
{
    public static ClassificationMetrics Merge(ClassificationMetrics own) => Merge(own, own.Write,
        json => ClassificationMetrics.Read(json, own.Options), static (all, other) => all.Merge(other));

    public static MultiLabelMetrics Merge(MultiLabelMetrics own) => Merge(own, own.Write,
        json => MultiLabelMetrics.Read(json, own.Options), static (all, other) => all.Merge(other));

    public static TemperatureSums Merge(TemperatureSums own, long ignoreIndex) => Merge(own, own.Write,
        json => TemperatureSums.Read(json, ignoreIndex), static (all, other) => all.Merge(other));

    /// <summary>Merged in the order of ranks, which is that of the rows.</summary>
    private static T Merge<T>(T own, Action<Utf8JsonWriter> write, Func<JsonElement, T> read, Action<T, T> add)
    {
        if (LaunchedRanks.Group.Size == 1) return own;
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory)) write(json);
        var all = default(T);
        foreach (var state in Gather(memory.ToArray()))
        {
            using var json = JsonDocument.Parse(state);
            var part = read(json.RootElement);
            if (all is null) all = part;
            else add(all, part);
        }
        return all!;
    }

    /// <summary>The bytes of each rank.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Gather(byte[] own)
    {
        var group = LaunchedRanks.Group;
        var lengths = new byte[sizeof(long) * group.Size];
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, own.Length);
        group.AllGather(length, lengths).Wait();
        int Of(int rank) => (int)BinaryPrimitives.ReadInt64LittleEndian(lengths.AsSpan(rank * sizeof(long)));
        var longest = Enumerable.Range(0, group.Size).Max(Of);
        Array.Resize(ref own, longest);
        var all = new byte[checked(longest * group.Size)];
        group.AllGather(own, all).Wait();
        return [.. Enumerable.Range(0, group.Size).Select(rank => new ReadOnlyMemory<byte>(all, rank * longest, Of(rank)))];
    }
}
