namespace Surprisal;

/// <summary>
/// Reads the portable anymaps of Netpbm: grey P2 (text) and P5 (bytes), colour P3 and P6; up to 65535 levels, scaled to 0 .. 255.
/// </summary>
internal static class PnmImage
{
    /// <summary>Opens an image in a stream that can seek, up to its first pixels; <paramref name="name"/> stands in the messages.</summary>
    /// <exception cref="InvalidDataException">The file is no such image, is damaged, or has more pixels than allowed.</exception>
    public static ImageRows Open(Stream file, long maxPixels, string name)
    {
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        if (start is not [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6', ..])
            throw new InvalidDataException($"{name}: not a PNM image of kind P2, P3, P5 or P6: {FileSignature.Describe(start)}.");
        var (isText, channels) = (start[1] < '5', start[1] is (byte)'3' or (byte)'6' ? 3 : 1);
        file.Position = 2;
        var bytes = new PnmBytes(file, name);
        var (width, height, levels) = (bytes.Number("the width"), bytes.Number("the height"), bytes.Number("the greatest level"));
        ImageRows.CheckSize(width, height, maxPixels, name);
        if (levels is < 1 or > 65535) throw new InvalidDataException($"{name}: the greatest level is {levels}; 1 to 65535 was expected.");
        if (bytes.Left > 0) bytes.Take(); // exactly one space stands before the pixels

        var samples = (long)width * height * channels;
        var step = levels > 255 ? 2 : 1;
        // Text needs a digit and a space for each number, so both kinds can be held against the file before memory is taken.
        if (isText ? samples > (bytes.Left + 1) / 2 : samples * step > bytes.Left)
            throw new InvalidDataException(isText
                ? $"{name}: truncated: {width} x {height} pixels are {samples} numbers, more than {bytes.Left} bytes of text can hold."
                : $"{name}: truncated: {width} x {height} pixels are {samples * step} bytes, but only {bytes.Left} are there.");
        return new PnmRows(width, height, channels, levels, isText, bytes, name);
    }
}
