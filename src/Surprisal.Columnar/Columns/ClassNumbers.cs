namespace Surprisal.Columnar;

/// <summary>From the name of a class to its number.</summary>
internal sealed class ClassNumbers
{
    private readonly Dictionary<string, long> numbers;

    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public ClassNumbers(IReadOnlyList<string> names)
    {
        numbers = new Dictionary<string, long>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
            if (!numbers.TryAdd(names[i], i))
                throw new ArgumentException(
                    $"classNames has '{OneLine.Short(names[i])}' twice; each class has a name of its own.", nameof(names));
    }

    /// <summary>The number of a class, or a refusal that names the row.</summary>
    /// <param name="text">What the file says there.</param>
    /// <param name="what">The file and the column.</param>
    /// <param name="row">The row, from 0.</param>
    public long Of(ReadOnlySpan<char> text, string what, long row) =>
        numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var number) ? number
            : throw new InvalidDataException(
                $"{what}: row {row} is \"{OneLine.Short(text.ToString())}\", which is none of the {numbers.Count} names of classes.");
}
