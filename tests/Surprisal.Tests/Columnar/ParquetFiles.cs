using Parquet;
using Parquet.Schema;

namespace Surprisal.Tests.Columnar;

/// <summary>Parquet files, written by Parquet.Net.</summary>
internal static class ParquetFiles
{
    /// <summary>Groups of rows of one column of lists, z, and one of labels, y: row i has i, i + 1, ... and the label i.</summary>
    public static byte[] Scores(int[] sizes, int classes, CompressionMethod method = CompressionMethod.Snappy)
    {
        var rows = sizes.Sum();
        return Write("z", "y", [.. Enumerable.Range(0, rows * classes).Select(i => (float)(i / classes + i % classes))],
            [.. Enumerable.Range(0, rows).Select(static i => (long)i)], classes, sizes, method);
    }

    /// <summary>Scores in a column of lists, logits, and targets in one, label.</summary>
    public static byte[] Evaluation(float[] logits, long[] targets, int classes, int[] sizes) =>
        Write("logits", "label", logits, targets, classes, sizes, CompressionMethod.Zstd);

    private static byte[] Write(string z, string y, float[] numbers, long[] labels, int classes, int[] sizes, CompressionMethod method)
    {
        var schema = new ParquetSchema(new ListField(z, new DataField<float>("element")), new DataField<long>(y));
        var leaf = (DataField)((ListField)schema.Fields[0]).Item;
        return Write(schema, sizes, method, async (group, first, rows) =>
        {
            int[] repetition = [.. Enumerable.Range(0, rows * classes).Select(i => i % classes == 0 ? 0 : 1)];
            await group.WriteAllPartsAsync<float>(leaf, numbers.AsMemory(first * classes, rows * classes),
                Enumerable.Repeat(leaf.MaxDefinitionLevel, rows * classes).ToArray(), repetition, default);
            await group.WriteAsync<long>((DataField)schema.Fields[1], labels.AsMemory(first, rows));
        });
    }

    private static byte[] Write(ParquetSchema schema, int[] sizes, CompressionMethod method,
        Func<ParquetRowGroupWriter, int, int, Task> write)
    {
        using var stream = new MemoryStream();
        WriteAll().GetAwaiter().GetResult();
        return stream.ToArray();

        async Task WriteAll()
        {
            await using var writer = await ParquetWriter.CreateAsync(schema, stream, new ParquetOptions { CompressionMethod = method });
            var first = 0;
            foreach (var rows in sizes)
            {
                using var group = writer.CreateRowGroup();
                await write(group, first, rows);
                first += rows;
            }
        }
    }
}
