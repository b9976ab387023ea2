using System.Numerics;
using Surprisal.Cli.Exact;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>Scores the files: the metrics in one pass, the temperature and what it would change in two more.</summary>
internal sealed partial class Evaluation(EvaluateOptions options, Func<string, long, double, IProgress<long>?> progress,
    CancellationToken stop)
{
    /// <summary>Up to so many logits the temperature is fitted without being asked for.</summary>
    private const long FewLogits = 20_000_000;

    public EvaluationResult Run()
    {
        using var files = ScoreFiles.Open(options);
        return files.Scores.Type.Name switch
        {
            "float64" => Run<double>(files), "float16" => Run<Half>(files), "bfloat16" => Run<BFloat16>(files), _ => Run<float>(files),
        };
    }

    private EvaluationResult Run<T>(ScoreFiles files) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var names = options.ClassNames is { } path ? ClassNameFile.Read(path, Math.Max(files.Columns, options.IsBinary ? 2 : 1))
            : options.Run?.ClassNames;
        var result = new EvaluationResult
        {
            Options = Checked(() => options.Metrics(files.Columns)), ClassNames = names, Run = options.Run,
            ArePixels = files.Scores.Shape.Count > 2, Shard = options.IsShared ? (1, 1) : options.Shard,
        };
        var fitsTemperature = Fits(files);
        if (LaunchedRanks.Rank == 0)
            foreach (var (rank, host) in options.SharedBy.Index())
            {
                var (first, end) = ScorePass.RangeOf(files.Samples, (rank + 1, options.SharedBy.Count));
                Console.Error.WriteLine($"surprisal: rank {rank} ({host}) reads samples {first}..{end - 1} of {files.Samples}");
            }
        if (options.IsMultiLabel) return ScoreLabels<T>(files, result);
        if (options.Output.Rows is not { } rows) return Score<T>(files, result, null, fitsTemperature);
        // All passes are behind this name that is not the file's yet: a run that ends early leaves none.
        AtomicFile.Write(rows, stream => result = Score<T>(files, result, stream, fitsTemperature));
        return result;
    }

    private EvaluationResult ScoreLabels<T>(ScoreFiles files, EvaluationResult result) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var labels = new MultiLabelMetrics(result.Options, FirstRow(files));
        Pass<T>(files, "scored", block => Add(files, block, (scores, targets, weights) => labels.Add(scores, targets, weights),
            result.Options));
        return result with { Labels = options.IsShared ? SharedCounts.Merge(labels) : labels };
    }

    /// <param name="files">What is scored.</param>
    /// <param name="result">Receives what was found.</param>
    /// <param name="rows">Receives what became of each row; null where that is not wanted.</param>
    /// <param name="fitsTemperature">Whether passes for the temperature follow.</param>
    private EvaluationResult Score<T>(ScoreFiles files, EvaluationResult result, Stream? rows, bool fitsTemperature)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var metrics = Checked(() => new ClassificationMetrics(result.Options, FirstRow(files)));
        var positions = (int)files.Positions;
        var writer = rows is null ? null : Writer<T>(files, rows);
        var (losses, outcomes) = (Array.Empty<double>(), Array.Empty<RowOutcome>());
        using var exact = options.IsExact ? Sorting(files, result) : null;
        Pass<T>(files, "scored", block =>
        {
            var count = block.Targets.Length;
            if (writer is null)
                Add(files, block, (scores, targets, weights) => metrics.Add(scores, targets, weights, positions), result.Options);
            else
            {
                if (losses.Length < count) (losses, outcomes) = (new double[count], new RowOutcome[count]);
                Add(files, block, (scores, targets, weights) =>
                    metrics.Add(scores, targets, weights, positions, losses.AsSpan(0, count), outcomes.AsSpan(0, count)), result.Options);
                writer.Add(losses.AsSpan(0, count), outcomes.AsSpan(0, count));
            }
            exact?.Add(block.Scores, block.Targets, block.Weights, positions);
        });
        if (options.IsShared) metrics = SharedCounts.Merge(metrics);
        result = result with { Classes = metrics, ExactRanking = exact?.Finish() };
        if (writer is not null)
            result = result with { RowsFiles = [writer.Finish(options.Output.Rows!, metrics.TargetDigest)] };
        return fitsTemperature ? WithTemperature<T>(files, result) : result;
    }

    private RowsWriter Writer<T>(ScoreFiles files, Stream stream)
    {
        var (first, end) = ScorePass.RangeOf(files.Samples, options.Shard);
        var isSingle = options.Kind == ScoreKind.Logits && typeof(T) != typeof(double);
        return new(stream, (end - first) * files.Positions, first * files.Positions, isSingle);
    }

    private ExactRanking Sorting(ScoreFiles files, EvaluationResult result)
    {
        var folder = options.Output.TemporaryFolder;
        var sorting = new ExactRanking(result.Options, Math.Max(files.Columns, 2), files.Samples * files.Positions,
            files.SampleWeights is not null, folder);
        if (sorting.Bytes > 0) Console.Error.WriteLine($"surprisal: --exact sorts up to {ByteCount.Text(sorting.Bytes)} in {folder}");
        return sorting;
    }

    private long FirstRow(ScoreFiles files) => ScorePass.RangeOf(files.Samples, options.Shard).First * files.Positions;

    private bool Fits(ScoreFiles files)
    {
        var isPossible = options.Kind == ScoreKind.Logits && !options.IsMultiLabel;
        if (options.FitsTemperature == true && !isPossible)
            throw new InvalidDataException("--temperature goes with logits, and with one class a row.");
        return options.FitsTemperature
            ?? (isPossible && files.CanRepeat && (Int128)files.Samples * files.Positions * files.Columns <= FewLogits);
    }

    private EvaluationResult WithTemperature<T>(ScoreFiles first, EvaluationResult result) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sums = new TemperatureSums(first.Columns, options.IgnoreIndex);
        var positions = (int)first.Positions;
        using (var files = ScoreFiles.Open(options))
            Pass<T>(files, "temperature", block => sums.Add(block.Scores, block.Targets, block.Weights, positions));
        if (options.IsShared) sums = SharedCounts.Merge(sums, options.IgnoreIndex);
        result = result with { TemperatureSums = sums };
        // A part's own temperature is not that of the whole, so nothing is said of it.
        if (sums.Fit() is not { State: TemperatureState.Finite, Temperature: var temperature }
            || (options.Shard.Parts > 1 && !options.IsShared))
            return result;
        var after = new ClassificationMetrics(result.Options with { Ranking = false, ClassCalibration = false, Replicates = 0,
            HardestRows = 0 }, FirstRow(first));
        var scaled = Array.Empty<double>();
        using (var files = ScoreFiles.Open(options))
            Pass<T>(files, "after temperature", block =>
            {
                if (scaled.Length < block.Scores.Length) scaled = new double[block.Scores.Length];
                for (var i = 0; i < block.Scores.Length; i++) scaled[i] = double.CreateTruncating(block.Scores[i]) / temperature;
                after.Add<double, long>(scaled.AsSpan(0, block.Scores.Length), block.Targets, block.Weights, positions);
            });
        return result with { AfterTemperature = (options.IsShared ? SharedCounts.Merge(after) : after).Report() };
    }

    private void Pass<T>(ScoreFiles files, string what, Action<ScoreBlock<T>> use) where T : unmanaged, IFloatingPointIeee754<T> =>
        new ScorePass(files, options, samples => progress(what, samples, files.Scores.Type.Bits / 8.0 * files.Columns * files.Positions),
            stop)
            .Run(use);
}
