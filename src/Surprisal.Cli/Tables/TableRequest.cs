namespace Surprisal.Cli.Tables;

/// <summary>How a table is read.</summary>
/// <param name="Role">What for.</param>
internal sealed record TableRequest(TableRole Role)
{
    /// <summary>How many bytes of a file are held at a time, where nobody says another number.</summary>
    public const long DefaultMemory = 1_000_000_000;

    /// <summary>The names of the classes in their order, for targets that are text; null where nobody gave them.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>How many bytes formats that hold a group of rows whole may take for it.</summary>
    public long Memory { get; init; } = DefaultMemory;
}
