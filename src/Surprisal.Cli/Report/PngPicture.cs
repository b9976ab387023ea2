namespace Surprisal.Cli.Report;

/// <summary>A sample as a picture of its own size: PNG, for pages that load nothing.</summary>
internal static class PngPicture
{
    /// <summary>The picture as the address of an image.</summary>
    /// <param name="planes">[C, H, W], 0 black and 1 white; what is beyond is cut.</param>
    /// <param name="shape">Of them: 1 channel, grey, or 3, red, green and blue.</param>
    public static string DataUri(ReadOnlySpan<float> planes, TensorShape shape) =>
        $"data:image/png;base64,{Convert.ToBase64String(Encode(planes, shape))}";

    /// <summary>The bytes of the file.</summary>
    public static byte[] Encode(ReadOnlySpan<float> planes, TensorShape shape)
    {
        var (channels, height, width) = (shape[0], shape[1], shape[2]);
        var numbers = new byte[height * width * channels];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = ToByte(planes[i % channels * height * width + i / channels]);
        return PngFile.Of(numbers, width, channels);
    }

    private static byte ToByte(float level) => (byte)Math.Round(255 * Math.Clamp(float.IsNaN(level) ? 0 : level, 0, 1));
}
