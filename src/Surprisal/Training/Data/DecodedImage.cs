namespace Surprisal.Training;

/// <summary>An image as bytes, its channels interleaved: row by row, pixel by pixel, grey or red, green, blue.</summary>
internal sealed record DecodedImage(int Width, int Height, int Channels, byte[] Pixels)
{
    private const int MostSide = 65535;

    /// <summary>Refuses a size of 0 or one that no image in a training set has.</summary>
    public static void CheckSize(long width, long height, string name)
    {
        if (Math.Min(width, height) < 1 || Math.Max(width, height) > MostSide)
            throw new InvalidDataException($"{name}: the size is {width} x {height}; both must be in 1..{MostSide}.");
    }

    /// <summary>One channel: ITU-R BT.601 luma, 0.299 red + 0.587 green + 0.114 blue, rounded.</summary>
    public DecodedImage ToGrey()
    {
        if (Channels == 1) return this;
        var grey = new byte[Width * Height];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)((299 * Pixels[3 * i] + 587 * Pixels[3 * i + 1] + 114 * Pixels[3 * i + 2] + 500) / 1000);
        return new DecodedImage(Width, Height, 1, grey);
    }

    /// <summary>
    /// Stretched or shrunk to size x size by bilinear interpolation; shrinking widens the triangle to the scale, so that every source pixel counts
    /// (an average weighted towards the middle, no aliasing). The same as Pillow's BILINEAR up to rounding.
    /// </summary>
    public DecodedImage Resize(int size)
    {
        if (Width == size && Height == size) return this;
        var (across, down) = (new Weights(Width, size), new Weights(Height, size));
        // [Height, size, Channels]: first the rows, then the columns.
        var narrow = new double[Height * size * Channels];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < size; x++)
                for (var c = 0; c < Channels; c++)
                {
                    var sum = 0.0;
                    var source = (y * Width + across.First[x]) * Channels + c;
                    foreach (var weight in across.Of[x]) { sum += weight * Pixels[source]; source += Channels; }
                    narrow[(y * size + x) * Channels + c] = sum;
                }
        var (result, row) = (new byte[size * size * Channels], size * Channels);
        for (var y = 0; y < size; y++)
            for (var i = 0; i < row; i++)
            {
                var sum = 0.5;
                var source = down.First[y] * row + i;
                foreach (var weight in down.Of[y]) { sum += weight * narrow[source]; source += row; }
                result[y * row + i] = (byte)sum;
            }
        return new DecodedImage(size, size, Channels, result);
    }

    /// <summary>For each of the new pixels along an axis: the first old pixel that it sees, and the weight of that and the following ones.</summary>
    private readonly struct Weights
    {
        public readonly int[] First;
        public readonly double[][] Of;

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
                (First[i], Of[i]) = (first, weights);
            }
        }
    }
}
