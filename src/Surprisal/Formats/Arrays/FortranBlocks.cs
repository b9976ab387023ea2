using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>
/// An array in Fortran order, read in C order. A row of [N, C] lies in C places, so a block of rows is read at once: for each column the
/// piece of it that the block has, as long as the block's memory allows, and a tile of columns is turned to rows while it is in a near
/// cache.
/// </summary>
internal sealed class FortranBlocks
{
    /// <summary>The memory of a block, and the most that is held of bytes that cannot seek.</summary>
    public const int MaxBlock = 32 << 20, MaxHeld = 64 << 20;

    // Longer pieces are not read faster, shorter blocks come sooner; a tile's rows fill lines of the cache.
    private const int LongestPiece = 1 << 16, TileColumns = 64, LongestTile = 1 << 20;

    private readonly Lock gate = new();
    private readonly long start;
    private readonly long[] axes, strides;
    private readonly long rows, columns, blockRows, blockColumns;
    private readonly int size;
    private ArrayBytes bytes;
    private byte[]? block, tile;
    private long blockFirst, blockCount;

    /// <exception cref="InvalidDataException">The bytes cannot seek and are more than is held.</exception>
    public FortranBlocks(string name, ArrayBytes bytes, long start, IReadOnlyList<long> shape, int size, int maxBlock = MaxBlock)
    {
        (this.bytes, this.start, this.size) = (bytes, start, size);
        // Axes of size 1 have no order.
        axes = [.. shape.Where(static axis => axis > 1)];
        strides = new long[axes.Length];
        var length = 1L;
        for (var axis = 0; axis < axes.Length; axis++) (strides[axis], length) = (length, length * axes[axis]);
        if (!bytes.CanSeek && length * size > MaxHeld)
            throw new InvalidDataException(
                $"{name} is in Fortran order and not to be read by position, so its {length * size} bytes would be " +
                $"held in memory; at most {MaxHeld} are: save it in C order, or uncompressed in a file.");
        (rows, columns) = (axes[0], length / axes[0]);
        blockRows = Math.Clamp(maxBlock / size / columns, 1, Math.Min(rows, LongestPiece / size));
        blockColumns = Math.Min(columns, maxBlock / size);
        IsHeld = !bytes.CanSeek || length * size <= maxBlock;
    }

    /// <summary>Whether the file is read once, whole: it is short, or it could not be read again.</summary>
    private bool IsHeld { get; }

    /// <summary>Reads what cannot be read again, before somebody else reads it.</summary>
    public void Hold()
    {
        lock (gate)
            if (!bytes.CanSeek) bytes = new HeldBytes(bytes, start, rows * columns * size);
    }

    /// <summary>Reads numbers from a position in C order on; by one thread at a time, for they share the block.</summary>
    public void Read(long first, Span<byte> elements)
    {
        lock (gate)
        {
            while (!elements.IsEmpty)
            {
                if (first < blockFirst || first >= blockFirst + blockCount) Load(first);
                var from = block.AsSpan((int)(first - blockFirst) * size, (int)(blockCount - (first - blockFirst)) * size);
                if (from.Length > elements.Length) from = from[..elements.Length];
                from.CopyTo(elements);
                elements = elements[from.Length..];
                first += from.Length / size;
            }
        }
    }

    /// <summary>The block that has a number: some whole rows, or a part of a row that is longer than a block.</summary>
    private void Load(long number)
    {
        if (IsHeld && bytes is not HeldBytes) bytes = new HeldBytes(bytes, start, rows * columns * size);
        var (row, column) = Math.DivRem(number, columns);
        (row, column) = (row / blockRows * blockRows, column / blockColumns * blockColumns);
        var (height, width) = ((int)Math.Min(blockRows, rows - row), (int)Math.Min(blockColumns, columns - column));
        blockCount = 0;
        if (block is null || block.Length < height * width * size) block = new byte[height * width * size];
        for (var done = 0; done < width;)
        {
            var count = Math.Min(width - done, Math.Clamp(LongestTile / (height * size), 1, TileColumns));
            var from = ReadTile(row, height, column + done, count);
            Turn(from, height, count, width, done);
            done += count;
        }
        (blockFirst, blockCount) = (row * columns + column, (long)height * width);
    }

    /// <summary>Pieces of columns that follow each other in C order, one after another.</summary>
    private Span<byte> ReadTile(long row, int height, long column, int count)
    {
        var piece = height * size;
        if (tile is null || tile.Length < piece * count) tile = new byte[piece * count];
        // Whole columns of a matrix are neighbours.
        if (height == rows && axes.Length == 2) bytes.Read(Position(0, column), tile.AsSpan(0, piece * count));
        else
            for (var i = 0; i < count; i++) bytes.Read(Position(row, column + i), tile.AsSpan(i * piece, piece));
        return tile.AsSpan(0, piece * count);
    }

    /// <summary>Where the number of a row and a column (the other axes in C order) lies.</summary>
    private long Position(long row, long column)
    {
        var place = row;
        for (var axis = axes.Length - 1; axis > 0; axis--)
        {
            (column, var index) = Math.DivRem(column, axes[axis]);
            place += index * strides[axis];
        }
        return (bytes is HeldBytes ? 0 : start) + place * size;
    }

    private void Turn(ReadOnlySpan<byte> from, int height, int count, int width, int column)
    {
        if (size == 1) Turn<byte>(from, height, count, width, column);
        else if (size == 2) Turn<ushort>(from, height, count, width, column);
        else if (size == 4) Turn<uint>(from, height, count, width, column);
        else Turn<ulong>(from, height, count, width, column);
    }

    private void Turn<T>(ReadOnlySpan<byte> from, int height, int count, int width, int column)
        where T : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, T>(from);
        var destination = MemoryMarshal.Cast<byte, T>(block.AsSpan());
        for (var row = 0; row < height; row++)
        {
            var line = destination.Slice(row * width + column, count);
            for (var i = 0; i < line.Length; i++) line[i] = source[i * height + row];
        }
    }
}
