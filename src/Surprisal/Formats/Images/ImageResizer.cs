using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        // Colours are four numbers where they are loaded and stored: the fourth is the next pixel's red, or this one more.
        var (numbers, length) = (new double[image.Width * channels + 1], size * channels);
        var pitch = length + 1;
        // The source rows, already resized in width, that the present row of the result still needs.
        var (window, sums) = (new double[vertical.MaxCount * pitch], new double[length]);
        var result = new byte[size * length];
        for (int y = 0, made = 0; y < image.Height; y++)
        {
            image.Next(row);
            if (channels < image.Channels) ToGrey(row);
            Widen(row, numbers.AsSpan(0, image.Width * channels));
            ResizeRow(numbers, horizontal, channels, window.AsSpan(y % vertical.MaxCount * pitch, pitch));
            for (; made < size && vertical.First[made] + vertical.Values[made].Length - 1 <= y; made++)
            {
                Array.Fill(sums, 0.5);
                for (var j = 0; j < vertical.Values[made].Length; j++)
                {
                    var seen = window.AsSpan((vertical.First[made] + j) % vertical.MaxCount * pitch, length);
                    TensorPrimitives.MultiplyAdd(seen, vertical.Values[made][j], sums, sums);
                }
                for (var i = 0; i < length; i++) result[made * length + i] = (byte)sums[i];
            }
        }
        return result;
    }

    /// <summary>Bytes as doubles.</summary>
    private static void Widen(ReadOnlySpan<byte> row, Span<double> numbers)
    {
        var i = 0;
        for (; i <= numbers.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(row[i..]));
            Widen(low, numbers[i..]);
            Widen(high, numbers[(i + 16)..]);
        }
        for (; i < numbers.Length; i++) numbers[i] = row[i];

        static void Widen(Vector256<ushort> from, Span<double> to)
        {
            var (low, high) = Vector256.Widen(from);
            var (a, b) = Vector256.Widen(Vector256.ConvertToSingle(low.AsInt32()));
            var (c, d) = Vector256.Widen(Vector256.ConvertToSingle(high.AsInt32()));
            a.CopyTo(to);
            b.CopyTo(to[4..]);
            c.CopyTo(to[8..]);
            d.CopyTo(to[12..]);
        }
    }

    /// <summary>Sums in the order of the pixels, those of the three colours beside one another.</summary>
    private static void ResizeRow(ReadOnlySpan<double> row, Weights horizontal, int channels, Span<double> resized)
    {
        ref var number = ref MemoryMarshal.GetReference(row);
        for (var x = 0; x < horizontal.First.Length; x++)
        {
            var source = horizontal.First[x] * channels;
            if (channels == 3)
            {
                var colours = Vector256<double>.Zero;
                foreach (var weight in horizontal.Values[x])
                {
                    colours += Vector256.Create(weight) * Vector256.LoadUnsafe(ref number, (nuint)source);
                    source += 3;
                }
                colours.CopyTo(resized[(3 * x)..]);
            }
            else
            {
                var sum = 0.0;
                foreach (var weight in horizontal.Values[x]) sum += weight * row[source++];
                resized[x] = sum;
            }
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
