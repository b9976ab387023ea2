using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Moves the pixels of one plane, row by row of the given width, where they are.</summary>
internal static class PlaneMotion
{
    /// <summary>Exchanges left and right if asked, then moves by whole pixels; what comes in is <paramref name="fill"/>.</summary>
    public static void Shift<T>(Span<T> plane, int width, bool isFlipped, int right, int down, T fill) where T : unmanaged
    {
        var height = plane.Length / width;
        using var scratch = new Scratch<T>(plane.Length);
        var source = scratch.Span;
        plane.CopyTo(source);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (column, row) = (x - right, y - down);
                plane[y * width + x] = (uint)column < (uint)width && (uint)row < (uint)height
                    ? source[row * width + (isFlipped ? width - 1 - column : column)] : fill;
            }
    }

    /// <summary>
    /// Turns about the centre, counter-clockwise by <paramref name="turn"/> half circles, each pixel from the four around where it comes
    /// from.
    /// </summary>
    public static void Rotate(Span<float> plane, int width, double turn, double fill)
    {
        var height = plane.Length / width;
        using var scratch = new Scratch<float>(plane.Length);
        var source = scratch.Span;
        plane.CopyTo(source);
        var (cosine, sine) = Direction(turn);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (column, row) = Origin(x, y, width, height, cosine, sine);
                var (left, top) = (Math.Floor(column), Math.Floor(row));
                var (across, downward) = (column - left, row - top);
                var upper = (1 - across) * At(source, (int)left, (int)top, width, height, fill)
                    + across * At(source, (int)left + 1, (int)top, width, height, fill);
                var lower = (1 - across) * At(source, (int)left, (int)top + 1, width, height, fill)
                    + across * At(source, (int)left + 1, (int)top + 1, width, height, fill);
                plane[y * width + x] = (float)((1 - downward) * upper + downward * lower);
            }
    }

    /// <summary>The same with the nearest pixel, for classes.</summary>
    public static void RotateNearest(Span<long> plane, int width, double turn, long fill)
    {
        var height = plane.Length / width;
        using var scratch = new Scratch<long>(plane.Length);
        var source = scratch.Span;
        plane.CopyTo(source);
        var (cosine, sine) = Direction(turn);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (column, row) = Origin(x, y, width, height, cosine, sine);
                var (left, top) = ((int)Math.Floor(column + 0.5), (int)Math.Floor(row + 0.5));
                plane[y * width + x] = (uint)left < (uint)width && (uint)top < (uint)height ? source[top * width + left] : fill;
            }
    }

    private static (double Cosine, double Sine) Direction(double turn) => (Scalar.CosPi(turn), Scalar.CosPi(turn - 0.5));

    /// <summary>Where a pixel of the turned plane comes from; rows go down.</summary>
    private static (double Column, double Row) Origin(int x, int y, int width, int height, double cosine, double sine)
    {
        var (centreX, centreY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        var (dx, dy) = (x - centreX, y - centreY);
        return (cosine * dx - sine * dy + centreX, sine * dx + cosine * dy + centreY);
    }

    private static double At(ReadOnlySpan<float> plane, int x, int y, int width, int height, double fill) =>
        (uint)x < (uint)width && (uint)y < (uint)height ? plane[y * width + x] : fill;
}
