namespace Surprisal.Columnar;

/// <summary>
/// How many nodes, buffers and counts a batch of a schema has, at least: the decoder does not look where their vectors end, and takes what
/// is behind them for a number of buffers.
/// </summary>
internal sealed class ArrowLayout
{
    private const int Null = 1, Binary = 4, Text = 5, Struct = 13, Union = 14, FixedSizeList = 16, LargeBinary = 19, LargeText = 20,
        RunEndEncoded = 22, BinaryView = 23, TextView = 24, ListView = 25, LargeListView = 26;

    private readonly HashSet<long> viewDictionaries = [];
    private int nodes, buffers, views;

    private ArrowLayout()
    {
    }

    /// <summary>That of a schema whose message has been checked.</summary>
    public static ArrowLayout Of(ReadOnlySpan<byte> metadata)
    {
        var layout = new ArrowLayout();
        var schema = FlatTable.Root(metadata).Table(2);
        for (var i = 0; i < schema.Count(1); i++) layout.Add(schema.Element(1, i), isInBatch: true);
        return layout;
    }

    /// <summary>Refuses a batch or a dictionary that has fewer of something than the decoder will look for.</summary>
    /// <exception cref="FormatException">It has.</exception>
    public void Require(ReadOnlySpan<byte> metadata, ArrowMessageKind kind)
    {
        var header = FlatTable.Root(metadata).Table(2);
        if (kind == ArrowMessageKind.Dictionary)
        {
            if (viewDictionaries.Contains(header.Int64(0)))
                Require(header.Table(1).Words(4, 1).Length, 1, "counts of buffers in a dictionary");
            return;
        }
        var found = header.Words(1, 2).Length / 2;
        var counts = header.Words(4, 1);
        if (found != nodes) throw new FormatException($"it has {found} columns with those inside, the schema {nodes}");
        Require(counts.Length, views, "counts of buffers");
        var needed = (long)buffers;
        foreach (var count in counts[..views]) needed += count;
        Require(header.Words(2, 2).Length / 2, needed, "buffers");
    }

    private static void Require(long found, long needed, string what)
    {
        if (found < needed) throw new FormatException($"it has {found} {what} where the schema needs {needed}");
    }

    /// <summary>A field that goes by a dictionary has indices in the batch, and its values, with all inside them, elsewhere.</summary>
    private void Add(FlatTable field, bool isInBatch)
    {
        var type = field.Byte(2);
        var isView = type is BinaryView or TextView;
        var isIndex = field.Has(4);
        if (isIndex && isView) viewDictionaries.Add(field.Table(4).Int64(0));
        if (isInBatch)
        {
            nodes++;
            buffers += isIndex ? 2 : Buffers(type);
            if (isView && !isIndex) views++;
        }
        for (var i = 0; i < field.Count(5); i++) Add(field.Element(5, i), isInBatch && !isIndex);
    }

    private static int Buffers(int type) => type switch
    {
        Null or RunEndEncoded => 0,
        Struct or Union or FixedSizeList => 1,
        Binary or Text or LargeBinary or LargeText or ListView or LargeListView => 3,
        _ => 2,
    };
}
