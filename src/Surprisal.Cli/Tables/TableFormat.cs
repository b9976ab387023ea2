namespace Surprisal.Cli.Tables;

/// <summary>A format of tables that the command reads beside the arrays of the library. Packages of their own bring more of them.</summary>
internal abstract class TableFormat
{
    /// <summary>Whether a file with these first bytes is of the format, or wants to be.</summary>
    /// <param name="start">64 bytes, or as many as there are.</param>
    public abstract bool IsOne(ReadOnlySpan<byte> start);

    /// <summary>Opens an array of a file, which is closed with the array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What is behind the colon of FILE:NAME; null where nothing is.</param>
    /// <param name="request">How it is read.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or has no such array.</exception>
    public abstract StoredArray Open(string path, string? name, TableRequest request);
}
