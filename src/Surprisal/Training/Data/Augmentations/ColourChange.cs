using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>A change of brightness, contrast, saturation and hue, in an order of its own; numbers stay in 0 .. 1.</summary>
/// <remarks>Factors of 1 and a hue of 0 change nothing. Grey is ITU-R BT.601 luma.</remarks>
internal readonly record struct ColourChange(double Brightness, double Contrast, double Saturation, double Hue, int[] Order)
{
    public static ColourChange Draw(Augmentation change, ref RandomStream random)
    {
        int[] order = [0, 1, 2, 3];
        random.Shuffle<int>(order);
        return new ColourChange(Factor(ref random, change.Brightness), Factor(ref random, change.Contrast),
            Factor(ref random, change.Saturation), random.Between(-change.Hue, change.Hue), order);
    }

    /// <summary>Changes the planes of an image where they are.</summary>
    public void Apply(Span<float> image, int channels)
    {
        var area = image.Length / channels;
        foreach (var step in Order)
            switch (step)
            {
                case 0 when Brightness != 1:
                    Blend(image, Brightness, 0);
                    break;
                case 1 when Contrast != 1:
                    Blend(image, Contrast, MeanGrey(image, channels));
                    break;
                case 2 when Saturation != 1 && channels == 3:
                    for (var i = 0; i < area; i++)
                    {
                        var grey = Grey(image[i], image[area + i], image[2 * area + i]);
                        for (var c = i; c < image.Length; c += area)
                            image[c] = Between0And1(Saturation * image[c] + (1 - Saturation) * grey);
                    }
                    break;
                case 3 when Hue != 0 && channels == 3:
                    for (var i = 0; i < area; i++)
                    {
                        var (red, green, blue) = Turn(image[i], image[area + i], image[2 * area + i], Hue);
                        (image[i], image[area + i], image[2 * area + i]) = (Between0And1(red), Between0And1(green), Between0And1(blue));
                    }
                    break;
            }
    }

    private static double Factor(ref RandomStream random, double reach) =>
        reach == 0 ? 1 : random.Between(Math.Max(0, 1 - reach), 1 + reach);

    private static void Blend(Span<float> image, double factor, double with)
    {
        foreach (ref var number in image) number = Between0And1(factor * number + (1 - factor) * with);
    }

    private static double MeanGrey(ReadOnlySpan<float> image, int channels)
    {
        var (sum, area) = (0.0, image.Length / channels);
        if (channels != 3)
        {
            foreach (var number in image) sum += number;
            return sum / image.Length;
        }
        for (var i = 0; i < area; i++) sum += Grey(image[i], image[area + i], image[2 * area + i]);
        return sum / area;
    }

    private static double Grey(double red, double green, double blue) => 0.299 * red + 0.587 * green + 0.114 * blue;

    private static float Between0And1(double number) => (float)Math.Clamp(number, 0, 1);

    /// <summary>Turns the hue of the hexagon HSV, whose saturation and value stay.</summary>
    private static (double Red, double Green, double Blue) Turn(double red, double green, double blue, double turns)
    {
        var (value, least) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        var chroma = value - least;
        if (!(chroma > 0)) return (red, green, blue);
        var side = value == red ? (green - blue) / chroma : value == green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
        var hue = side + 6 * turns;
        hue -= 6 * Math.Floor(hue / 6);
        return (Channel(5), Channel(3), Channel(1));

        double Channel(int offset)
        {
            var place = (offset + hue) % 6;
            return value - chroma * Math.Clamp(Math.Min(place, 4 - place), 0, 1);
        }
    }
}
