namespace Surprisal.Cli.Exact;

/// <summary>
/// ROC-AUC and average precision of rows that come by falling odds. Counts and weights are integers (of weights in units of 2^-64, of which
/// every float from 2^-40 on is a multiple), so neither depends on the order of rows that tie.
/// </summary>
internal sealed class RankingSweep
{
    private const double Unit = 1 / 18446744073709551616.0; // 2^-64

    private ulong last = ulong.MaxValue;
    private long above, below, positive, negative; // of rows of weight 1: all so far, and those that tie
    private Int128 twiceArea, heavyAbove, heavyBelow, heavyPositive, heavyNegative;
    private double heavyArea, precisions;
    private bool isWeighted;

    /// <param name="key">Odds turned round, and in the lowest bit whether the row is of the class.</param>
    /// <param name="weight">Of the row.</param>
    public void Add(ulong key, float weight)
    {
        if (key >> 1 != last)
        {
            Close();
            last = key >> 1;
        }
        if (weight == 1)
        {
            if ((key & 1) != 0) positive++;
            else negative++;
            return;
        }
        isWeighted = true;
        var units = (Int128)(weight / Unit);
        if ((key & 1) != 0) heavyPositive += units;
        else heavyNegative += units;
    }

    public (double Auc, double AveragePrecision) Finish()
    {
        Close();
        if (!isWeighted)
            return (above > 0 && below > 0 ? (double)twiceArea / (double)(2 * (Int128)above * below) : double.NaN,
                above > 0 ? precisions / above : double.NaN);
        var (p, n) = (Sum(above, heavyAbove), Sum(below, heavyBelow));
        return (p > 0 && n > 0 ? ((double)twiceArea / 2 + heavyArea) / (p * n) : double.NaN, p > 0 ? precisions / p : double.NaN);
    }

    /// <summary>Counts the rows that tie.</summary>
    private void Close()
    {
        if (isWeighted)
        {
            var (n, before, half) = (Sum(negative, heavyNegative), Sum(above, heavyAbove), Sum(positive, heavyPositive) / 2);
            heavyArea += n * (before + half);
        }
        else twiceArea += (Int128)negative * (2 * above + positive);
        (above, below) = (above + positive, below + negative);
        (heavyAbove, heavyBelow) = (heavyAbove + heavyPositive, heavyBelow + heavyNegative);
        if (Sum(positive, heavyPositive) is > 0 and var gained)
        {
            var hits = Sum(above, heavyAbove);
            precisions += gained * (hits / (hits + Sum(below, heavyBelow)));
        }
        (positive, negative, heavyPositive, heavyNegative) = (0, 0, 0, 0);
    }

    private static double Sum(long rows, Int128 units) => units == 0 ? rows : (double)(((Int128)rows << 64) + units) * Unit;
}
