using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>What two models made of each row, counted.</summary>
internal sealed record RowComparison
{
    private const int AtOnce = 1 << 16;

    public long BothRight { get; private init; }

    public long OnlyFirst { get; private init; }

    public long OnlySecond { get; private init; }

    public long Neither { get; private init; }

    /// <summary>Rows on which the first, or the second, has the lower loss.</summary>
    public (long First, long Second) LowerLoss { get; private init; }

    /// <summary>Where the first model's loss is lower, and where the second's is: the largest differences first.</summary>
    public (IReadOnlyList<DifferingRow> First, IReadOnlyList<DifferingRow> Second) Largest { get; private init; }

    public McNemar Test => new(OnlyFirst, OnlySecond);

    public long Counted => BothRight + OnlyFirst + OnlySecond + Neither;

    /// <exception cref="InvalidDataException">The rows are not those of the evaluations, or one model left out what the other
    /// counts.</exception>
    public static RowComparison Of(ComparedModel a, IReadOnlyList<RowsFile> rowsOfA, ComparedModel b, IReadOnlyList<RowsFile> rowsOfB)
    {
        using var first = new RowSequence(rowsOfA);
        using var second = new RowSequence(rowsOfB);
        Check(a, first);
        Check(b, second);
        Span<long> counts = stackalloc long[4]; // bit 0: A is right, bit 1: B is
        var (lowerFirst, lowerSecond) = (0L, 0L);
        var (better, worse) = (new LargestDifferences(), new LargestDifferences());
        var (losses, outcomes) = ((new double[AtOnce], new double[AtOnce]), (new RowOutcome[AtOnce], new RowOutcome[AtOnce]));
        for (long at = 0, count; at < first.Rows; at += count)
        {
            count = Math.Min(AtOnce, Math.Min(first.Left(at), second.Left(at)));
            first.Read(at, losses.Item1.AsSpan(0, (int)count), outcomes.Item1.AsSpan(0, (int)count));
            second.Read(at, losses.Item2.AsSpan(0, (int)count), outcomes.Item2.AsSpan(0, (int)count));
            for (var i = 0; i < count; i++)
            {
                var (x, y, row) = (outcomes.Item1[i], outcomes.Item2[i], first.FirstRow + at + i);
                if (x > RowOutcome.Right || y > RowOutcome.Right)
                {
                    if (x != y) throw LeftOut(row, a, x, b, y);
                    continue;
                }
                counts[(int)x + 2 * (int)y]++;
                var (of, other) = (losses.Item1[i], losses.Item2[i]);
                if (of < other) lowerFirst++;
                else if (other < of) lowerSecond++;
                better.Add(row, of, other, other - of);
                worse.Add(row, of, other, of - other);
            }
        }
        var comparison = new RowComparison
        {
            Neither = counts[0], OnlyFirst = counts[1], OnlySecond = counts[2], BothRight = counts[3],
            LowerLoss = (lowerFirst, lowerSecond), Largest = (better.Rows, worse.Rows),
        };
        Check(a, comparison.Counted, comparison.BothRight + comparison.OnlyFirst);
        Check(b, comparison.Counted, comparison.BothRight + comparison.OnlySecond);
        return comparison;
    }

    private static void Check(ComparedModel model, RowSequence rows)
    {
        if (rows.Rows != model.Metrics.Rows || (rows.Rows > 0 && rows.FirstRow != model.Evaluation.FirstRow))
            throw new InvalidDataException($"{model.Path} is of {model.Metrics.Rows} rows from {model.Evaluation.FirstRow} on, but its " +
                $"files of rows have {rows.Rows} from {rows.FirstRow} on.");
    }

    private static void Check(ComparedModel model, long counted, long right)
    {
        if ((counted, right) != (model.Report.Counted, model.Report.Correct))
            throw new InvalidDataException($"{model.Path} has {model.Report.Correct} of {model.Report.Counted} rows right, but its files " +
                $"of rows {right} of {counted}: they are of another evaluation.");
    }

    private static InvalidDataException LeftOut(long row, ComparedModel a, RowOutcome x, ComparedModel b, RowOutcome y)
    {
        var (of, path) = x > RowOutcome.Right ? (x, a.Path) : (y, b.Path);
        var why = of switch
        {
            RowOutcome.Ignored => "ignored", RowOutcome.ZeroWeight => "of weight 0", _ => "invalid (its scores hold NaN or infinity)",
        };
        return new($"row {row} is {why} in {path} only; models are compared on rows that count for both: give such rows the ignored " +
            "target in both.");
    }
}
