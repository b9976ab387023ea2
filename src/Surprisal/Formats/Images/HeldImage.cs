namespace Surprisal;

/// <summary>An image that is in memory as a whole.</summary>
internal sealed class HeldImage(int width, int height, int channels, byte[] pixels) : ImageRows(width, height, channels)
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
