namespace Surprisal;

/// <summary>
/// Brings an image to size x size while it is read. Bilinear; shrinking widens the triangle to the scale, so that every source pixel counts
/// (an average weighted towards the middle, no aliasing). The same as Pillow's BILINEAR up to rounding.
/// </summary>
internal static class ImageResizer
{
    /// <summary>The pixels of the square, channels interleaved; <paramref name="grey"/> makes colours one channel first.</summary>
    public static byte[] Resize(ImageRows image, int size, bool grey)
    {
        var channels = grey ? 1 : image.Channels;
        var (across, down) = (new Weights(image.Width, size), new Weights(image.Height, size));
        var row = new byte[image.Width * image.Channels];
        var (result, length) = (new byte[size * size * channels], size * channels);
        // The source rows, already narrowed, that the present row of the result still needs.
        var window = new double[down.Longest * length];
        for (int y = 0, made = 0; y < image.Height; y++)
        {
            image.Next(row);
            if (channels < image.Channels) ToGrey(row);
            Narrow(row, across, channels, window.AsSpan(y % down.Longest * length, length));
            for (; made < size && down.First[made] + down.Of[made].Length - 1 <= y; made++)
                for (var i = 0; i < length; i++)
                {
                    var sum = 0.5;
                    for (var j = 0; j < down.Of[made].Length; j++) sum += down.Of[made][j] * window[(down.First[made] + j) % down.Longest * length + i];
                    result[made * length + i] = (byte)sum;
                }
        }
        return result;
    }

    private static void Narrow(ReadOnlySpan<byte> row, Weights across, int channels, Span<double> narrow)
    {
        for (var x = 0; x < across.First.Length; x++)
            for (var c = 0; c < channels; c++)
            {
                var (sum, source) = (0.0, across.First[x] * channels + c);
                foreach (var weight in across.Of[x]) { sum += weight * row[source]; source += channels; }
                narrow[x * channels + c] = sum;
            }
    }

    /// <summary>ITU-R BT.601 luma, 0.299 red + 0.587 green + 0.114 blue, rounded; written over the beginning of the row.</summary>
    private static void ToGrey(Span<byte> row)
    {
        for (var i = 0; i < row.Length / 3; i++) row[i] = (byte)((299 * row[3 * i] + 587 * row[3 * i + 1] + 114 * row[3 * i + 2] + 500) / 1000);
    }

    /// <summary>For each of the new pixels along an axis: the first old pixel that it sees, and the weight of that and the following ones.</summary>
    private sealed class Weights
    {
        public readonly int[] First;
        public readonly double[][] Of;
        public readonly int Longest;

        public Weights(int from, int to)
        {
            (First, Of) = (new int[to], new double[to][]);
            var scale = (double)from / to;
            var reach = Math.Max(scale, 1);
            for (var i = 0; i < to; i++)
            {
                // Pixel centres lie at halves; a centre at the distance of the reach has weight 0.
                var centre = (i + 0.5) * scale - 0.5;
                var (first, last) = (Math.Max(0, (int)Math.Ceiling(centre - reach)), Math.Min(from - 1, (int)Math.Floor(centre + reach)));
                var weights = new double[last - first + 1];
                for (var j = 0; j < weights.Length; j++) weights[j] = 1 - Math.Abs(first + j - centre) / reach;
                var total = weights.Sum();
                for (var j = 0; j < weights.Length; j++) weights[j] /= total;
                (First[i], Of[i], Longest) = (first, weights, Math.Max(Longest, weights.Length));
            }
        }
    }
}
