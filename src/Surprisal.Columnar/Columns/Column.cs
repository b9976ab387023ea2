namespace Surprisal.Columnar;

/// <summary>A column as the schema of a file has it.</summary>
/// <param name="Name">Its name; nothing keeps a file from having it twice.</param>
/// <param name="Index">Its place among the columns of the file, from 0.</param>
/// <param name="Kind">How it holds its numbers.</param>
/// <param name="Type">What the numbers are; null where they are none.</param>
/// <param name="What">What messages call its type: list of float32, timestamp.</param>
internal sealed record Column(string Name, int Index, ColumnKind Kind, StoredType? Type, string What)
{
    /// <summary>The type of the numbers that an array of it has: text becomes the number of its class.</summary>
    public StoredType ArrayType => Type ?? StoredType.Of<long>();
}
