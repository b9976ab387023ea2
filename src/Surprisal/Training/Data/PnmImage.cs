using System.Buffers;

namespace Surprisal.Training;

/// <summary>Reads the portable anymaps of Netpbm: grey P2 (text) and P5 (bytes), colour P3 and P6; up to 65535 levels, scaled to 0 .. 255.</summary>
internal static class PnmImage
{
    private static readonly SearchValues<byte> Spaces = SearchValues.Create(" \t\r\n\v\f"u8);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no such image, or is damaged.</exception>
    public static DecodedImage Read(string path) => Decode(FileSignature.ReadAll(path, "a PNM image"), path);

    /// <summary>Decodes the bytes of a file; <paramref name="name"/> stands in the messages.</summary>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name)
    {
        if (file is not [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6', ..])
            throw new InvalidDataException($"{name}: not a PNM image of kind P2, P3, P5 or P6: {FileSignature.Describe(file)}.");
        var (text, channels) = (file[1] < '5', file[1] is (byte)'3' or (byte)'6' ? 3 : 1);
        var position = 2;
        var width = Number(file, ref position, name, "the width");
        var height = Number(file, ref position, name, "the height");
        var levels = Number(file, ref position, name, "the greatest level");
        DecodedImage.CheckSize(width, height, name);
        if (levels is < 1 or > 65535) throw new InvalidDataException($"{name}: the greatest level is {levels}; 1 to 65535 was expected.");
        position = Math.Min(position + 1, file.Length);   // Exactly one space stands before the pixels.

        var samples = (long)width * height * channels;
        var step = levels > 255 ? 2 : 1;
        // Text needs a digit and a space for each number, so both kinds can be held against the file before memory is taken.
        if (text ? samples > (file.Length - position + 1) / 2 : samples * step > file.Length - position)
            throw new InvalidDataException(text
                ? $"{name}: truncated: {width} x {height} pixels are {samples} numbers, more than {file.Length - position} bytes of text can hold."
                : $"{name}: truncated: {width} x {height} pixels are {samples * step} bytes, but only {file.Length - position} are there.");
        var pixels = new byte[samples];
        for (var i = 0; i < pixels.Length; i++)
        {
            int value;
            if (text) value = Number(file, ref position, name, $"number {i + 1} of {samples}");
            else
            {
                value = step == 1 ? file[position] : file[position] << 8 | file[position + 1];
                position += step;
            }
            if (value > levels) throw new InvalidDataException($"{name}: number {i + 1} of {samples} is {value}, greater than the greatest level {levels}.");
            pixels[i] = (byte)((value * 255 + levels / 2) / levels);
        }
        if (text) SkipSpace(file, ref position);
        if (file[position..].ContainsAnyExcept(Spaces))
            throw new InvalidDataException($"{name}: trailing bytes: {file.Length - position} follow the {width} x {height} pixels.");
        return new DecodedImage(width, height, channels, pixels);
    }

    /// <summary>The next whole number; stops before the byte that ends it. A # begins a comment up to the end of the line.</summary>
    private static int Number(ReadOnlySpan<byte> file, ref int position, string name, string what)
    {
        SkipSpace(file, ref position);
        var (start, value) = (position, 0);
        for (; position < file.Length && file[position] is >= (byte)'0' and <= (byte)'9'; position++)
        {
            if (value > (int.MaxValue - 9) / 10) throw new InvalidDataException($"{name}: {what} has too many digits.");
            value = value * 10 + (file[position] - '0');
        }
        if (position == file.Length && start == position) throw new InvalidDataException($"{name}: truncated: the file ends before {what}.");
        if (start == position || (position < file.Length && !IsSpace(file[position]) && file[position] != '#'))
            throw new InvalidDataException($"{name}: {what} is not a whole number: byte {position} is 0x{file[position]:X2}.");
        SkipComment(file, ref position);
        return value;
    }

    private static void SkipSpace(ReadOnlySpan<byte> file, ref int position)
    {
        while (position < file.Length && (IsSpace(file[position]) || file[position] == '#'))
            if (IsSpace(file[position])) position++;
            else SkipComment(file, ref position);
    }

    /// <summary>From a # to the end of its line; elsewhere nothing.</summary>
    private static void SkipComment(ReadOnlySpan<byte> file, ref int position)
    {
        if (position == file.Length || file[position] != '#') return;
        while (position < file.Length && file[position] is not ((byte)'\n' or (byte)'\r')) position++;
    }

    private static bool IsSpace(byte value) => Spaces.Contains(value);
}
