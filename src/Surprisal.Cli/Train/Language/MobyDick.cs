using System.IO.Compression;

namespace Surprisal.Cli.Language;

/// <summary>The text that comes with the program: the first 80 chapters of Herman Melville's Moby-Dick (1851), in the public
/// domain.</summary>
internal static class MobyDick
{
    public const string Name = "moby-dick";

    /// <summary>UTF-8.</summary>
    public static byte[] Read()
    {
        using var stored = typeof(MobyDick).Assembly.GetManifestResourceStream("Surprisal.Cli.moby-dick.gz")!;
        using var packed = new GZipStream(stored, CompressionMode.Decompress);
        using var text = new MemoryStream();
        packed.CopyTo(text);
        return text.ToArray();
    }
}
