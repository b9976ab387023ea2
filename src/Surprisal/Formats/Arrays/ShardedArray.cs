namespace Surprisal;

/// <summary>Arrays of several files as one: their first axes follow each other, and rows count through all of them.</summary>
public sealed class ShardedArray : StoredArray
{
    private readonly StoredArray[] shards;
    private readonly long[] starts;

    /// <summary>Joins arrays of one type, whose shapes differ in the first axis only.</summary>
    /// <param name="shards">The arrays in the order of their rows; closed with this one.</param>
    /// <exception cref="ArgumentException">There is none, or one is a single number without axes.</exception>
    /// <exception cref="InvalidDataException">Two do not fit; the message names both files.</exception>
    public ShardedArray(IReadOnlyList<StoredArray> shards)
        : base(NameOf(shards), shards[0].Type, ShapeOf(shards))
    {
        this.shards = [.. shards];
        starts = new long[this.shards.Length];
        for (var i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + this.shards[i - 1].Length;
    }

    /// <inheritdoc/>
    public override bool CanSeek => Array.TrueForAll(shards, static shard => shard.CanSeek);

    /// <inheritdoc/>
    public override void Verify()
    {
        foreach (var shard in shards) shard.Verify();
    }

    /// <inheritdoc/>
    protected internal override void ReadElements(long first, Span<byte> elements)
    {
        while (!elements.IsEmpty)
        {
            // The last shard that begins here or before; one without rows begins where the next one does.
            var at = Array.BinarySearch(starts, first);
            if (at < 0) at = ~at - 1;
            while (starts[at] + shards[at].Length <= first) at++;
            var count = (int)Math.Min(elements.Length / Type.Bytes, starts[at] + shards[at].Length - first);
            shards[at].ReadElements(first - starts[at], elements[..(count * Type.Bytes)]);
            elements = elements[(count * Type.Bytes)..];
            first += count;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var shard in shards) shard.Dispose();
        base.Dispose(disposing);
    }

    private static string NameOf(IReadOnlyList<StoredArray> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        if (shards.Count == 0) throw new ArgumentException("there is no array; one or more were expected.", nameof(shards));
        return shards.Count == 1 ? shards[0].Name : $"{shards[0].Name} and {shards.Count - 1} more";
    }

    private static long[] ShapeOf(IReadOnlyList<StoredArray> shards)
    {
        var first = shards[0];
        long rows = 0;
        foreach (var shard in shards)
        {
            if (shard.Shape.Count == 0)
                throw new ArgumentException(
                    $"{shard.Name} is a single number; rows were expected.", nameof(shards));
            if (shard.Type != first.Type || !shard.Shape.Skip(1).SequenceEqual(first.Shape.Skip(1)))
                throw new InvalidDataException($"{shard.Name} holds {shard.Type} {StoredShape.Format(shard.Shape)}, but {first.Name} " +
                    $"{first.Type} {StoredShape.Format(first.Shape)}: only the first axis may differ.");
            rows = checked(rows + shard.Shape[0]);
        }
        return [rows, .. first.Shape.Skip(1)];
    }
}
