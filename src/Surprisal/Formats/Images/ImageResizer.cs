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
        var (horizontal, vertical) = (new Weights(image.Width, size), new Weights(image.Height, size));
        var row = new byte[image.Width * image.Channels];
        var (result, length) = (new byte[size * size * channels], size * channels);
        // The source rows, already resized in width, that the present row of the result still needs.
        var window = new double[vertical.MaxCount * length];
        var sums = new double[length];
        for (int y = 0, made = 0; y < image.Height; y++)
        {
            image.Next(row);
            if (channels < image.Channels) ToGrey(row);
            ResizeRow(row, horizontal, channels, window.AsSpan(y % vertical.MaxCount * length, length));
            for (; made < size && vertical.First[made] + vertical.Values[made].Length - 1 <= y; made++)
            {
                Array.Fill(sums, 0.5);
                for (var j = 0; j < vertical.Values[made].Length; j++)
                    AddRow(window.AsSpan((vertical.First[made] + j) % vertical.MaxCount * length, length), vertical.Values[made][j], sums);
                for (var i = 0; i < length; i++) result[made * length + i] = (byte)sums[i];
            }
        }
        return result;
    }

    private static void AddRow(ReadOnlySpan<double> row, double weight, Span<double> sums)
    {
        for (var i = 0; i < sums.Length && i < row.Length; i++) sums[i] += weight * row[i];
    }

    private static void ResizeRow(ReadOnlySpan<byte> row, Weights horizontal, int channels, Span<double> resized)
    {
        for (var x = 0; x < horizontal.First.Length; x++)
            if (channels == 3)
            {
                // The same three sums in one pass over the weights.
                var (red, green, blue, source) = (0.0, 0.0, 0.0, 3 * horizontal.First[x]);
                foreach (var weight in horizontal.Values[x])
                {
                    red += weight * row[source];
                    green += weight * row[source + 1];
                    blue += weight * row[source + 2];
                    source += 3;
                }
                (resized[3 * x], resized[3 * x + 1], resized[3 * x + 2]) = (red, green, blue);
            }
            else
            {
                var (sum, source) = (0.0, horizontal.First[x]);
                foreach (var weight in horizontal.Values[x]) sum += weight * row[source++];
                resized[x] = sum;
            }
    }

    /// <summary>ITU-R BT.601 luma, 0.299 red + 0.587 green + 0.114 blue, rounded; written over the beginning of the row.</summary>
    private static void ToGrey(Span<byte> row)
    {
        for (var i = 0; i < row.Length / 3; i++)
            row[i] = (byte)((299 * row[3 * i] + 587 * row[3 * i + 1] + 114 * row[3 * i + 2] + 500) / 1000);
    }

    /// <summary>
    /// For each of the new pixels along an axis: the first old pixel that it sees, and the weight of that and the following ones.
    /// </summary>
    private sealed class Weights
    {
        public readonly int[] First;
        public readonly double[][] Values;
        public readonly int MaxCount;

        public Weights(int from, int to)
        {
            (First, Values) = (new int[to], new double[to][]);
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
                (First[i], Values[i], MaxCount) = (first, weights, Math.Max(MaxCount, weights.Length));
            }
        }
    }
}
