namespace Surprisal;

/// <summary>The rows of an image whose pixels are in memory already.</summary>
internal sealed class InMemoryImage(int width, int height, int channels, byte[] pixels) : ImageRows(width, height, channels)
{
    private int y;

    public override void Next(Span<byte> row)
    {
        var length = Width * Channels;
        pixels.AsSpan(y++ * length, length).CopyTo(row);
    }

    public override void Dispose()
    {
    }
}
