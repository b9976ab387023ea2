namespace Surprisal.Columnar;

/// <summary>What was asked for in a file: one column, or columns NAME_0, NAME_1, ... in the order of their numbers.</summary>
/// <param name="Columns">One, or one a class.</param>
/// <param name="Name">The name that was asked for, or would have been.</param>
/// <param name="IsPrefix">Whether these are one column a class, also where there is one class only.</param>
internal sealed record ColumnChoice(IReadOnlyList<Column> Columns, string Name, bool IsPrefix)
{
    public Column First => Columns[0];
}
