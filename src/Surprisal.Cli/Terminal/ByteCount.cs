using System.Globalization;

namespace Surprisal.Cli;

/// <summary>A number of bytes as people write it: 500MB, 1.5GB, 2000000.</summary>
internal static class ByteCount
{
    private static readonly (string Unit, double Bytes)[] units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1)];

    /// <summary>Reads a whole number of bytes above 0; units are decimal, in any case, with or without a blank before.</summary>
    public static bool TryRead(string text, out long bytes)
    {
        var number = text.AsSpan().Trim();
        var factor = 1.0;
        foreach (var (unit, size) in units)
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^unit.Length].TrimEnd();
                factor = size;
                break;
            }
        bytes = 0;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) return false;
        var product = count * factor;
        if (!(product is >= 1 and < long.MaxValue)) return false;
        bytes = (long)product;
        return true;
    }

    /// <summary>12 B, 3.4 KB, 800 MB, 1.2 GB.</summary>
    public static string Text(long bytes)
    {
        var (unit, size) = bytes < 1000 ? units[^1] : bytes < 1_000_000 ? units[0] : bytes < 1_000_000_000 ? units[1] : units[2];
        return (bytes / size).ToString("0.#", CultureInfo.InvariantCulture) + $" {unit}";
    }
}
