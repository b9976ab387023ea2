namespace Surprisal.Cli.Tables;

/// <summary>Opens FILE or FILE:NAME by the first bytes of the file: with one of the formats, or as an array of the library.</summary>
internal static class TableFile
{
    /// <exception cref="InvalidDataException">No format claims the file, it is damaged, or any of several arrays can be meant.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static StoredArray Open(string fileAndName, IReadOnlyList<TableFormat> formats, TableRequest request)
    {
        var (path, name) = Split(fileAndName);
        if (path is null) return ArrayFile.Open(fileAndName);
        Span<byte> buffer = stackalloc byte[FileSignature.Length];
        var start = Start(path, buffer);
        foreach (var format in formats)
            if (format.IsOne(start)) return format.Open(path, name, request);
        if (FileSignature.ColumnarKind(start) is { } kind)
            throw new InvalidDataException($"{path} is {kind}, which the package Surprisal.Cli.Columnar reads: " +
                "the same command, installed in place of Surprisal.Cli.");
        return ArrayFile.Open(fileAndName);
    }

    /// <summary>The longest beginning before a colon that is a file, if any is; the colon of a drive is none of these.</summary>
    private static (string? Path, string? Name) Split(string fileAndName)
    {
        if (File.Exists(fileAndName)) return (fileAndName, null);
        for (var at = fileAndName.LastIndexOf(':'); at > 1; at = fileAndName.LastIndexOf(':', at - 1))
            if (File.Exists(fileAndName[..at])) return (fileAndName[..at], fileAndName[(at + 1)..]);
        return (null, null);
    }

    /// <summary>The first bytes; none of a pipe, which is read once.</summary>
    private static ReadOnlySpan<byte> Start(string path, Span<byte> buffer)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return file.CanSeek ? FileSignature.ReadStart(file, buffer) : [];
    }
}
