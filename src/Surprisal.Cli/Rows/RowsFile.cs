using System.IO.Compression;

namespace Surprisal.Cli.Rows;

/// <summary>A file of rows as an evaluation names it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="FirstRow">The global number of its first row.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Digest">The checksums of its losses and outcomes, 16 hexadecimal digits: another file has another one.</param>
internal sealed record RowsFile(string Path, long FirstRow, long Rows, string Digest)
{
    public const string Loss = "loss", Outcome = "outcome", First = "first_row", Targets = "target_digest";

    public static string DigestOf(uint losses, uint outcomes) => $"{losses:x8}{outcomes:x8}";

    /// <summary>What a file on the disk says of itself.</summary>
    /// <exception cref="InvalidDataException">It is no file of rows; the message names it.</exception>
    public static RowsFile Read(string path)
    {
        using var rows = new RowsReader(path);
        using var archive = ZipFile.OpenRead(path);
        return new(path, rows.FirstRow, rows.Rows,
            DigestOf(archive.GetEntry(Loss + ".npy")!.Crc32, archive.GetEntry(Outcome + ".npy")!.Crc32));
    }
}
