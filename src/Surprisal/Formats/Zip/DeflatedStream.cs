using System.IO.Compression;

namespace Surprisal;

/// <summary>What a deflated member holds; bytes behind the end of its deflated data are refused, which the base library passes
/// over.</summary>
internal sealed class DeflatedStream : ForwardStream
{
    private readonly FileRegion.RegionStream compressed;
    private readonly DeflateStream inflated;
    private readonly string name;

    public DeflatedStream(FileRegion region, string name)
    {
        compressed = new FileRegion.RegionStream(region);
        inflated = new DeflateStream(compressed, CompressionMode.Decompress);
        this.name = name;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = inflated.Read(buffer);
        if (count == 0 && !buffer.IsEmpty && compressed.Left > 0)
            throw new InvalidDataException(
                $"{name}: damaged: {compressed.Left} or more bytes follow its deflated data; they belong to nothing.");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inflated.Dispose();
        base.Dispose(disposing);
    }
}
