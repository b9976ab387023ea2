namespace Surprisal.Cli.Tables;

/// <summary>What an array is read for.</summary>
internal enum TableRole
{
    /// <summary>Scores, or labels, of several classes: [N, C].</summary>
    Classes,

    /// <summary>One number a row: [N].</summary>
    Column,

    /// <summary>The class of each row: [N].</summary>
    Targets,
}
