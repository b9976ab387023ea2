namespace Surprisal.Columnar;

/// <summary>How a column holds what it holds.</summary>
internal enum ColumnKind
{
    /// <summary>One number a row.</summary>
    Numbers,

    /// <summary>A list of numbers a row; all of one length, or the rows make no array.</summary>
    Lists,

    /// <summary>A text a row, often by way of a dictionary.</summary>
    Text,

    /// <summary>What makes no array.</summary>
    Other,
}
