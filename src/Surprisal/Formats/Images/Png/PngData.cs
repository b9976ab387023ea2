namespace Surprisal;

/// <summary>
/// The data of the IDAT chunks that follow each other, from the present one on, as one stream; it ends before the first other chunk.
/// </summary>
internal sealed class PngData(PngChunks chunks) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        while (chunks.Type == "IDAT" && chunks.Left == 0) chunks.Next();
        return chunks.Type == "IDAT" ? chunks.Read(buffer) : 0;
    }
}
