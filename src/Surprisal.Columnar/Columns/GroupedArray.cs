namespace Surprisal.Columnar;

/// <summary>An array whose rows come in groups: that of the last row asked for is in memory, decoded.</summary>
internal sealed class GroupedArray : StoredArray
{
    private readonly ColumnarFile file;
    private readonly ColumnChoice choice;
    private readonly IDisposable? owner;
    private readonly bool[] decoded;
    private NumberBuffer? held;
    private int heldGroup = -1;

    /// <param name="file">Where the groups come from.</param>
    /// <param name="choice">The columns.</param>
    /// <param name="shape">[N] or [N, C].</param>
    /// <param name="classes">The numbers of texts, where these are the targets.</param>
    /// <param name="owner">What is closed with the array.</param>
    public GroupedArray(ColumnarFile file, ColumnChoice choice, long[] shape, ClassNumbers? classes, IDisposable? owner)
        : base($"{file.Path}:{OneLine.Short(choice.Name)}", choice.First.ArrayType, shape)
    {
        (this.file, this.choice, this.owner, Classes) = (file, choice, owner, classes);
        Width = shape.Length == 1 ? 1 : shape[1];
        decoded = new bool[file.Starts.Length - 1];
    }

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <summary>How many numbers a row has.</summary>
    public long Width { get; }

    /// <summary>The numbers of texts.</summary>
    public ClassNumbers? Classes { get; }

    /// <inheritdoc/>
    public override void Verify()
    {
        lock (file.Gate)
            for (var group = 0; group < decoded.Length; group++)
                if (!decoded[group]) Hold(group);
    }

    /// <summary>What is wrong with a row of the file.</summary>
    public InvalidDataException Wrong(long row, string what) => new($"{Name}: row {row} {what}.");

    /// <inheritdoc/>
    protected override void ReadElements(long first, Span<byte> elements)
    {
        var size = Type.Bits / 8;
        lock (file.Gate)
            while (!elements.IsEmpty)
            {
                var group = GroupOf(first / Width);
                var numbers = Hold(group);
                var (start, end) = (file.Starts[group] * Width, file.Starts[group + 1] * Width);
                var count = (int)Math.Min(elements.Length / size, end - first);
                numbers.Bytes(first - start, count).CopyTo(elements);
                elements = elements[(count * size)..];
                first += count;
            }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            held = null;
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>The last group that begins at the row or before, for groups without rows begin where the next one does.</summary>
    private int GroupOf(long row)
    {
        var at = file.Starts.BinarySearch(row);
        if (at < 0) at = ~at - 1;
        while (file.Starts[at + 1] <= row) at++;
        return at;
    }

    private NumberBuffer Hold(int group)
    {
        if (held is not null && heldGroup == group) return held;
        var spare = held;
        (held, heldGroup) = (null, group);
        var (start, end) = (file.Starts[group], file.Starts[group + 1]);
        if ((Int128)(end - start) * Width > System.Array.MaxLength)
            throw new InvalidDataException($"{Name}: the group of rows {start} to {end - 1} has more than " +
                $"{System.Array.MaxLength} numbers, which are not held at once; write smaller groups.");
        held = file.Decode(group, choice, this, spare);
        decoded[group] = true;
        return held;
    }
}
