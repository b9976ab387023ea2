using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Some rows [rows, classes] in two steps. First the rows in parallel: to row scores, and to odds and probabilities of each class. Then
/// what is counted: some threads take what rows have once, the others what they have for each class, class by class, so that no state is
/// kept twice.
/// </summary>
internal ref struct ScoreBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RowsAtOnce = 256;

    private readonly ClassificationState state;
    private readonly MetricOptions options;

    public ScoreBatch(ClassificationState state, MetricOptions options) => (this.state, this.options) = (state, options);

    /// <summary>[rows, classes]; of a task with one column two.</summary>
    public ReadOnlySpan<T> Scores { get; init; }

    /// <summary>One a row: a class, or <see cref="ClassTargets.Ignored"/>.</summary>
    public ReadOnlySpan<int> Targets { get; init; }

    /// <summary>One a row, or none.</summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>The losses of logits, by cross-entropy; none for probabilities. Those of many classes are written here.</summary>
    public Span<T> Losses { get; init; }

    /// <summary>Receives the loss of each row, NaN of one that does not count; or empty.</summary>
    public Span<double> RowLosses { get; init; }

    /// <summary>Receives what became of each row; or empty.</summary>
    public Span<RowOutcome> Outcomes { get; init; }

    /// <summary>The global number of the first row.</summary>
    public long FirstRow { get; init; }

    /// <summary>How far the sum of normalised probabilities may be from 1.</summary>
    public double Tolerance { get; init; }

    /// <summary>Counts the rows.</summary>
    public void Run()
    {
        var (classes, rows) = (options.ClassCount, Targets.Length);
        using var scores = new Scratch<RowScore>(rows);
        var eachClass = state.Ranking is not null || state.ClassCalibration is not null;
        if (HasLongRows(state, options))
        {
            var each = new ScoreLongRows(this, scores.Span);
            Partition.For(rows, 16L * classes, ref each);
            var counts = new CountRows(this, default, scores.Span);
            Partition.For(2, 16L * rows, ref counts);
            return;
        }
        var pitch = (rows + 7) / 8 * 8 + 8; // an odd number of lines apart, where rows are a power of two
        using var odds = new Scratch<double>(classes * pitch, aligned: true);
        using var probabilities = new Scratch<double>(classes * pitch, aligned: true);
        var tile = new ScoreTile(odds.Span, probabilities.Span, classes, pitch) { EachClass = eachClass || options.Classes == 1 };
        var first = new ScoreRows(this, tile, scores.Span);
        Partition.For(Partition.Pieces(rows, RowsAtOnce), 16L * classes * RowsAtOnce, ref first);
        var second = new CountRows(this, tile, scores.Span);
        Partition.For(eachClass ? classes + 3 : 2, 16L * rows, ref second);
    }

    /// <summary>Whether rows are so long, and nothing is wanted class by class, that each is done alone, its loss too.</summary>
    public static bool HasLongRows(ClassificationState state, MetricOptions options) =>
        state.Ranking is null && state.ClassCalibration is null && options.ClassCount > LongLogitScores.MaxShort
        && options.Scores == ScoreKind.Logits && options.LabelSmoothing == 0;

    /// <summary>A row of many classes, to its score and its loss, while it is in a near cache.</summary>
    private readonly ref struct ScoreLongRows(ScoreBatch<T> batch, Span<RowScore> scores) : IParallelBody
    {
        private readonly ScoreBatch<T> batch = batch;
        private readonly Span<RowScore> scores = scores;

        public void Run(int row)
        {
            var classes = batch.options.ClassCount;
            var (target, options) = (batch.Targets[row], batch.options);
            scores[row] = LongLogitScores.Of(batch.Scores, row, classes, target, out var others);
            if (ClassTargets.IsIgnored(target)) return;
            var weight = options.Weight is null ? 1 : options.Weight[target];
            batch.Losses[row] = Scalar.Round<T>(LongLogitScores.Loss(scores[row].Max, scores[row].TargetScore, others, weight));
        }
    }

    /// <summary>The rows of a piece, to their scores.</summary>
    private readonly ref struct ScoreRows(ScoreBatch<T> batch, ScoreTile tile, Span<RowScore> scores) : IParallelBody
    {
        private readonly ScoreBatch<T> batch = batch;
        private readonly ScoreTile tile = tile;
        private readonly Span<RowScore> scores = scores;

        public void Run(int piece)
        {
            var range = Partition.PieceRange(piece, batch.Targets.Length, RowsAtOnce);
            var (first, count) = range.GetOffsetAndLength(batch.Targets.Length);
            var options = batch.options;
            tile.Load(batch.Scores.Slice(first * tile.Classes, count * tile.Classes), first, count);
            if (options.Scores == ScoreKind.Logits) LogitScores.Run(tile, first, batch.Targets[range], scores[range]);
            else
                ProbabilityScores.Run(tile, first, batch.Targets[range], options.Scores == ScoreKind.LogProbabilities, batch.Tolerance,
                    scores[range]);
            if (options.Classes > 1) return;
            for (var i = first; i < first + count; i++) // one column speaks of class 1
                (scores[i].Confidence, scores[i].Odds) = (tile.Probabilities[tile.Pitch + i], tile.Scores[tile.Pitch + i]);
        }
    }

    /// <summary>What is counted: block 0 is each row, 1 its group and its calibration, 2 its own class, block c + 3 is class c.</summary>
    private readonly ref struct CountRows(ScoreBatch<T> batch, ScoreTile tile, Span<RowScore> scores) : IParallelBody
    {
        private readonly ScoreBatch<T> batch = batch;
        private readonly ScoreTile tile = tile;
        private readonly Span<RowScore> scores = scores;

        /// <summary>Whether every row counts, and once.</summary>
        private readonly bool arePlain = ArePlain(batch, scores);

        private static bool ArePlain(ScoreBatch<T> batch, ReadOnlySpan<RowScore> scores)
        {
            if (batch.state.IsWeighted) return false;
            for (var i = 0; i < scores.Length; i++)
                if (scores[i].IsInvalid || ClassTargets.IsIgnored(batch.Targets[i])) return false;
            return true;
        }

        public void Run(int block)
        {
            if (block == 0) AddRows();
            else if (block == 1) AddCalibration();
            else if (block == 2) AddTargets();
            else AddClass(block - 3);
        }

        [MethodImpl(Compile.Separately)]
        private void AddRows()
        {
            var (state, options) = (batch.state, batch.options);
            for (var i = 0; i < scores.Length; i++)
            {
                var (target, weight) = (batch.Targets[i], batch.Weights.IsEmpty ? 1 : batch.Weights[i]);
                ref readonly var score = ref scores[i];
                var row = batch.FirstRow + i;
                state.Note(row, target, weight);
                var (outcome, loss) = (OutcomeOf(target, weight, score), double.NaN);
                if (outcome > RowOutcome.Right) state.LeaveOut(row, outcome);
                else
                {
                    loss = Loss(i, target, score, options);
                    state.Add(row, target, score, loss, weight);
                }
                if (!batch.Outcomes.IsEmpty) (batch.RowLosses[i], batch.Outcomes[i]) = (loss, outcome);
            }
        }

        [MethodImpl(Compile.Separately)]
        private void AddCalibration()
        {
            var (state, options) = (batch.state, batch.options);
            for (var i = 0; i < scores.Length; i++)
            {
                var (target, weight) = (batch.Targets[i], batch.Weights.IsEmpty ? 1 : batch.Weights[i]);
                ref readonly var score = ref scores[i];
                if (OutcomeOf(target, weight, score) > RowOutcome.Right) continue;
                var isHit = options.Classes == 1 ? target == 1 : score.Predicted == target;
                state.AddCalibration(batch.FirstRow + i, target, score, Loss(i, target, score, options), isHit, weight);
            }
        }

        private static RowOutcome OutcomeOf(int target, float weight, in RowScore score) =>
            ClassTargets.IsIgnored(target) ? RowOutcome.Ignored : weight == 0 ? RowOutcome.ZeroWeight
            : score.IsInvalid ? RowOutcome.Invalid : score.Predicted == target ? RowOutcome.Right : RowOutcome.Wrong;

        private double Loss(int i, int target, in RowScore score, MetricOptions options)
        {
            if (!batch.Losses.IsEmpty) return double.CreateTruncating(batch.Losses[i]);
            var weight = options.Weight is null ? 1 : options.Weight[target];
            if (weight == 0) return 0;
            return weight * (options.Scores == ScoreKind.Probabilities
                ? -Scalar.Log(Math.Max(score.TargetScore, options.Clip))
                : options.Clip > 0 ? -Math.Max(score.TargetScore, Scalar.Log(options.Clip)) : -score.TargetScore);
        }

        /// <summary>What <see cref="AddClass"/> leaves out where all rows count, since only one class of a row has it.</summary>
        private void AddTargets()
        {
            if (!arePlain) return;
            batch.state.Ranking?.AddTargets(tile.Scores, tile.Pitch, batch.Targets);
            batch.state.ClassCalibration?.AddTargets(tile.Probabilities, tile.Pitch, batch.Targets);
        }

        [MethodImpl(Compile.Separately)]
        private void AddClass(int c)
        {
            var (ranking, calibration) = (batch.state.Ranking, batch.state.ClassCalibration);
            var odds = tile.Scores.Slice(c * tile.Pitch, scores.Length);
            var probabilities = tile.Probabilities.Slice(c * tile.Pitch, scores.Length);
            if (arePlain)
            {
                ranking?.Add(c, odds);
                calibration?.Add(c, probabilities);
                return;
            }
            for (var i = 0; i < scores.Length; i++)
            {
                var (target, weight) = (batch.Targets[i], batch.Weights.IsEmpty ? 1 : batch.Weights[i]);
                if (ClassTargets.IsIgnored(target) || weight == 0 || scores[i].IsInvalid) continue;
                var units = batch.state.IsWeighted ? RowCounts.Units(weight) : Int128.One;
                ranking?.Add(c, odds[i], target == c, units);
                calibration?.Add(c, probabilities[i], target == c, weight, units);
            }
        }
    }
}
