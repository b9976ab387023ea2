using Surprisal.Kernels;

namespace Surprisal.Metrics;

public static partial class Ranking
{
    private const int NumbersAtOnce = 65_536, MostRowsAtOnce = 256, LeastRowsAtOnce = 8;

    /// <summary>
    /// What rows are ranked by: the odds of each class against all others, p / (1 - p), computed in double and without saturation, then
    /// rounded to the 24 bits of a float, so that rows tie whose scores are the same in another order.
    /// </summary>
    /// <param name="scores">[N, C], or with positions [N, C, positions]; C is 1 for one column.</param>
    /// <param name="options">Its Classes and Scores say what the scores are.</param>
    /// <param name="odds">[classes, rows]: one class after the other, 2 for one column. Receives odds from 0 to infinity; NaN in rows
    /// that are invalid.</param>
    /// <param name="positions">How many rows a sample has. Default 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit; nothing has been written.</exception>
    public static void Odds<TScore>(ReadOnlySpan<TScore> scores, MetricOptions options, Span<double> odds, int positions = 1)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
    {
        ArgumentNullException.ThrowIfNull(options);
        typeof(TScore).CheckFloatingPoint(nameof(scores), "metrics");
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        var rows = scores.Length / options.Classes;
        if (scores.Length != (long)rows * options.Classes || rows % positions != 0)
            throw new ArgumentException($"scores has {scores.Length} elements, which is no whole number of samples of {options.Classes} " +
                $"scores at {positions} positions.", nameof(scores));
        if (odds.Length != (long)rows * options.ClassCount)
            throw new ArgumentException($"odds has {odds.Length} elements, but {rows} rows of {options.ClassCount} classes need " +
                $"{(long)rows * options.ClassCount}.", nameof(odds));
        var atOnce = Math.Clamp(NumbersAtOnce / options.ClassCount, LeastRowsAtOnce, MostRowsAtOnce);
        var body = new OddsOfRows<TScore>(scores, options, odds, positions, atOnce);
        Partition.For(Partition.Pieces(rows, atOnce), 16L * options.ClassCount * atOnce, ref body);
    }

    /// <summary>The odds of the rows of a piece.</summary>
    private readonly ref struct OddsOfRows<TScore>(
        ReadOnlySpan<TScore> scores, MetricOptions options, Span<double> odds, int positions, int atOnce) : IParallelBody
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
    {
        private readonly ReadOnlySpan<TScore> scores = scores;
        private readonly Span<double> odds = odds;

        public void Run(int piece)
        {
            var (rows, classes) = (odds.Length / options.ClassCount, options.ClassCount);
            var (first, count) = Partition.PieceRange(piece, rows, atOnce).GetOffsetAndLength(rows);
            var pitch = (atOnce + 7) / 8 * 8 + 8;
            using var memory = new Scratch<double>(count * classes);
            using var x = new Scratch<double>(classes * pitch, aligned: true);
            using var p = new Scratch<double>(classes * pitch, aligned: true);
            Span<int> targets = stackalloc int[MostRowsAtOnce];
            Span<RowScore> results = stackalloc RowScore[MostRowsAtOnce];
            targets = targets[..count];
            results = results[..count];
            targets.Clear(); // whose odds they are does not matter
            var tile = new ScoreTile(x.Span, p.Span, classes, pitch) { EachClass = true };
            tile.Load(ScoreLayout.Rows(scores, memory.Span, first, count, options, positions), 0, count);
            if (options.Scores == ScoreKind.Logits) LogitScores.Run(tile, 0, targets, results);
            else ProbabilityScores.Run(tile, 0, targets, options.Scores == ScoreKind.LogProbabilities, double.PositiveInfinity, results);
            for (var c = 0; c < classes; c++)
            {
                var from = tile.Scores.Slice(c * pitch, count);
                var to = odds.Slice(c * rows + first, count);
                for (var i = 0; i < count; i++) to[i] = results[i].IsInvalid ? double.NaN : Rounded(from[i]);
            }
        }

        /// <summary>To 24 bits, of any exponent; infinity stays.</summary>
        private static double Rounded(double odds) =>
            BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(odds) + (1L << 28)) & -(1L << 29));
    }
}
