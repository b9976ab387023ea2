namespace Surprisal.Metrics;

/// <summary>Cells of odds, from 0 to infinity: the leading bits of the double, 11 of the exponent and some of the mantissa.</summary>
internal static class OddsCells
{
    /// <summary>How many bits make a cell's number: fewer for more classes, so that all of them fit a few megabytes.</summary>
    public static int Bits(int classes) => classes <= 16 ? 16 : classes <= 256 ? 12 : 10;

    /// <summary>The cell of odds that are 0 or more; -0 and NaN, which only rows that do not count have, are in the first.</summary>
    public static int Find(double odds, int bits) => odds > 0 ? (int)(BitConverter.DoubleToInt64Bits(odds) >> (63 - bits)) : 0;
}
