namespace Surprisal.Training;

/// <summary>Which columns of a table in text (CSV) are inputs, which one is the class: see <see cref="TableDataset"/>.</summary>
public sealed record TableOptions
{
    /// <summary>The column of the classes: its name; or, where no column has that name, its place: #3 for the third, #-1 for the
    /// last.</summary>
    public required string Target { get; init; }

    /// <summary>Columns that are no inputs, such as numbers of customers: names or places as of <see cref="Target"/>. Default
    /// none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Columns whose numbers are names, such as postal codes: names or places as of <see cref="Target"/>. Default none; columns of
    /// texts are so anyway.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>How many different texts a column has at most, as each becomes an input; default 1000.</summary>
    public int MaxCategories { get; init; } = 1000;

    /// <summary>The share of each class to test on, between 0 and 1; default 0.2.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>The share of each class to validate with; default 0, none.</summary>
    public double ValidationShare { get; init; }
}
