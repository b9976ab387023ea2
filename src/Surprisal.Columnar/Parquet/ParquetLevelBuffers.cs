namespace Surprisal.Columnar;

/// <summary>Memory for the levels of a column in a group, used again for the next one.</summary>
internal sealed class ParquetLevelBuffers
{
    private int[] definition = [], repetition = [];

    /// <summary>A definition level a value.</summary>
    public ArraySegment<int> Definition(long count) => Of(ref definition, count);

    /// <summary>A repetition level a value.</summary>
    public ArraySegment<int> Repetition(long count) => Of(ref repetition, count);

    private static ArraySegment<int> Of(ref int[] buffer, long count)
    {
        if (buffer.Length < count) buffer = new int[count];
        return new ArraySegment<int>(buffer, 0, (int)count);
    }
}
