namespace Surprisal;

/// <summary>The rows of a portable anymap, decoded one by one.</summary>
internal sealed class PnmRows(int width, int height, int channels, int levels, bool isText, PnmBytes bytes, string name)
    : ImageRows(width, height, channels)
{
    private readonly long samples = (long)width * height * channels;
    private long read;

    public override void Next(Span<byte> row)
    {
        for (var i = 0; i < Width * Channels; i++)
        {
            read++;
            var value = isText ? bytes.Number("number", read, samples) : levels > 255 ? bytes.Take() << 8 | bytes.Take() : bytes.Take();
            if (value > levels)
                throw new InvalidDataException($"{name}: number {read} of {samples} is {value}, greater than the greatest level {levels}.");
            row[i] = (byte)((value * 255 + levels / 2) / levels);
        }
        if (read == samples) End();
    }

    public override void Dispose()
    {
    }

    /// <summary>Only blanks, and in text comments, may follow the pixels.</summary>
    private void End()
    {
        if (isText) bytes.SkipSpace();
        var left = bytes.Left;
        while (bytes.IsAtSpace) bytes.Take();
        if (bytes.Left > 0) throw new InvalidDataException($"{name}: trailing bytes: {left} follow the {Width} x {Height} pixels.");
    }
}
