using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>The rows of an image behind each other.</summary>
internal static class AllRows
{
    public static byte[] Of(ImageRows rows)
    {
        var length = rows.Width * rows.Channels;
        var pixels = new byte[rows.Height * length];
        for (var y = 0; y < rows.Height; y++) rows.Next(pixels.AsSpan(y * length, length));
        return pixels;
    }
}
