namespace Surprisal.Cli;

/// <summary>
/// Lines drawn with characters: of Braille, eight dots each, or where only ASCII shows * for whole lines and o for dashed ones.
/// </summary>
internal sealed class LineChart(int width, int height, bool isAscii)
{
    // The bits of a character of Braille: rows of two dots, from the top.
    private static readonly byte[] bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    private readonly int across = isAscii ? 1 : 2, down = isAscii ? 1 : 4;
    private readonly char[] cells = [.. Enumerable.Repeat(' ', width * height)];

    /// <summary>Joins points at equal distances, each from 0 at the bottom to 1 at the top; what is drawn later lies above.</summary>
    public void Add(IReadOnlyList<double> points, bool dashed)
    {
        var (dots, before) = (width * across, Level(points[0]));
        for (var x = 0; x < dots; x++)
        {
            var at = (double)x * (points.Count - 1) / Math.Max(1, dots - 1);
            var (left, share) = ((int)at, at - (int)at);
            var here = Level(points[left] + share * (points[Math.Min(left + 1, points.Count - 1)] - points[left]));
            var next = before + Math.Sign(here - before); // the dot beside the one before, so that a steep line has no gap
            for (var y = Math.Min(here, next); y <= Math.Max(here, next); y++) Dot(x, y, dashed);
            before = here;
        }
    }

    public string Row(int row) => new string(cells, row * width, width).TrimEnd();

    private int Level(double place) => Math.Clamp((int)((1 - place) * height * down), 0, height * down - 1);

    private void Dot(int x, int y, bool dashed)
    {
        ref var cell = ref cells[y / down * width + x / across];
        if (isAscii) cell = dashed ? 'o' : '*';
        else if (!dashed || (x + y) % 2 == 0) cell = (char)((cell == ' ' ? 0x2800 : cell) | bits[y % down * across + x % across]);
    }
}
