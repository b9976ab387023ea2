namespace Surprisal.Tests.Formats;

/// <summary>Numbers in Fortran order come in C order, whatever the shape, the block and the part that is asked for.</summary>
public sealed class FortranBlocksTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Any_part_is_that_of_the_C_order(int size)
    {
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Training.SeededBytes(seed);
        for (var round = 0; round < 200; round++)
        {
            long[] shape = [.. Enumerable.Range(0, 2 + random.Below(4)).Select(_ => (long)(1 + random.Below(9)))];
            if (shape.Count(static axis => axis > 1) < 2) continue;
            var inOrder = random.Bytes((int)shape.Aggregate(static (a, b) => a * b) * size);
            var start = random.Below(20);
            var source = new CountedBytes([.. new byte[start], .. Transposed(inOrder, shape, size)]);
            // From blocks that do not hold one row to those that hold everything.
            var blocks = new FortranBlocks("a.npy", source, start, shape, size, maxBlock: size * (1 + random.Below(400)));
            for (var part = 0; part < 20; part++)
            {
                var first = random.Below(inOrder.Length / size);
                var read = new byte[(1 + random.Below(inOrder.Length / size - first)) * size];
                blocks.Read(first, read);
                Assert.Equal(Convert.ToHexString(inOrder, first * size, read.Length), Convert.ToHexString(read));
            }
        }
    }

    [Fact]
    public void Reads_row_by_row_take_a_block_of_rows_at_once()
    {
        const int rows = 4096, columns = 100;
        var source = new CountedBytes(new byte[rows * columns * sizeof(float)]);
        var blocks = new FortranBlocks("a.npy", source, 0, [rows, columns], sizeof(float), maxBlock: 1 << 20);
        for (var row = 0; row < rows; row++) blocks.Read(row * columns, new byte[columns * sizeof(float)]);
        // Blocks of 2621 rows, so two of them, and each column once in each.
        Assert.Equal(2 * columns, source.Reads);
    }

    [Fact]
    public void A_large_file_is_read_without_its_memory()
    {
        const int rows = 100_003, columns = 211; // 84 MB
        var folder = Directory.CreateTempSubdirectory("surprisal");
        try
        {
            var path = Path.Combine(folder.FullName, "turned.npy");
            NpyFile.Write<float>(path, [columns, rows], static writer =>
            {
                var column = new float[rows];
                for (var c = 0; c < columns; c++)
                {
                    for (var r = 0; r < rows; r++) column[r] = r * 64 + c % 61;
                    writer.Write(column);
                }
            });
            var bytes = System.IO.File.ReadAllBytes(path);
            var text = System.Text.Encoding.Latin1.GetString(bytes, 0, 128)
                .Replace("False, 'shape': (211, 100003)", "True,  'shape': (100003, 211)", StringComparison.Ordinal);
            System.Text.Encoding.Latin1.GetBytes(text).CopyTo(bytes, 0);
            System.IO.File.WriteAllBytes(path, bytes);

            var before = GC.GetAllocatedBytesForCurrentThread();
            using var array = NpyFile.Open(path);
            Assert.Equal([rows, columns], array.Shape);
            var row = new float[columns];
            for (var r = 0; r < rows; r++)
            {
                array.Read<float>((long)r * columns, row);
                for (var c = 0; c < columns; c++)
                    if (row[c] != r * 64 + c % 61) Assert.Fail($"[{r}, {c}] is {row[c]}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FortranBlocks.MaxBlock + (4 << 20));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_cannot_seek_is_held_or_refused_by_its_size()
    {
        var source = new CountedBytes([]) { Seeks = false };
        var error = Assert.Throws<InvalidDataException>(() => new FortranBlocks("a.npz:x", source, 0, [1 << 20, 100], 4));
        Assert.Equal("a.npz:x is in Fortran order and not to be read by position, so its 419430400 bytes would be held in memory; at most 67108864 are: " +
            "save it in C order, or uncompressed in a file.", error.Message);
    }

    /// <summary>By the definition: the number at (i, j, ...) lies at i + rows (j + ...).</summary>
    private static byte[] Transposed(byte[] inOrder, long[] shape, int size)
    {
        var turned = new byte[inOrder.Length];
        for (var n = 0; n < inOrder.Length / size; n++)
        {
            long rest = n, place = 0;
            var index = new long[shape.Length];
            for (var axis = shape.Length - 1; axis >= 0; axis--) (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            for (var axis = shape.Length - 1; axis >= 0; axis--) place = place * shape[axis] + index[axis];
            inOrder.AsSpan(n * size, size).CopyTo(turned.AsSpan((int)place * size));
        }
        return turned;
    }

    private sealed class CountedBytes(byte[] bytes) : ArrayBytes
    {
        public int Reads { get; private set; }

        public bool Seeks { get; init; } = true;

        public override long? Length => bytes.Length;

        public override bool CanSeek => Seeks;

        public override void Read(long position, Span<byte> buffer)
        {
            Reads++;
            bytes.AsSpan((int)position, buffer.Length).CopyTo(buffer);
        }
    }
}
