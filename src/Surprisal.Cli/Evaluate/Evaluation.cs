using System.Numerics;
using System.Text.RegularExpressions;
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
        var names = options.ClassNames is { } path ? ClassNameFile.Read(path, Math.Max(files.Columns, options.IsBinary ? 2 : 1)) : null;
        var metricOptions = Checked(() => options.Metrics(files.Columns));
        var first = ScorePass.RangeOf(files.Samples, options.Shard).First * files.Positions;
        if (options.IsMultiLabel)
        {
            var labels = new MultiLabelMetrics(metricOptions, first);
            Pass<T>(files, "scored", block => Add(files, block, (scores, targets, weights) => labels.Add(scores, targets, weights),
                metricOptions));
            return new EvaluationResult { Options = metricOptions, ClassNames = names, Labels = labels };
        }
        var metrics = Checked(() => new ClassificationMetrics(metricOptions, first));
        Pass<T>(files, "scored", block =>
            Add(files, block, (scores, targets, weights) => metrics.Add(scores, targets, weights, (int)files.Positions), metricOptions));
        var result = new EvaluationResult { Options = metricOptions, ClassNames = names, Classes = metrics };
        return Fits(files) ? WithTemperature<T>(files, result) : result;
    }

    /// <summary>What the library refuses, in the words of the command.</summary>
    private static TResult Checked<TResult>(Func<TResult> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException(InOptions(error.Message), error);
        }
    }

    private static string InOptions(string message)
    {
        foreach (var (library, command) in new[]
        {
            ("TopK is", "--top-k is"), ("Weight has", "--weight has"), ("LabelSmoothing is", "--label-smoothing is"), ("Bins is",
                "--bins is"),
            ("Scores says that these are probabilities", "--probabilities says that these are"),
            ("Scores says that these are log-probabilities", "--log-probabilities says that these are"), ("and Strict makes",
                "and --strict makes"),
            ("but Scores is", "but the scores are"),
        })
            message = message.Replace(library, command, StringComparison.Ordinal);
        return Commands.Plain(message);
    }

    private bool Fits(ScoreFiles files)
    {
        var isPossible = options.Kind == ScoreKind.Logits && !options.IsMultiLabel && files.Positions == 1 && !options.IsBinary;
        if (options.FitsTemperature == true && !isPossible)
            throw new InvalidDataException("--temperature goes with logits [N, C] of two classes or more.");
        return options.FitsTemperature ?? (isPossible && files.CanRepeat && files.Samples * files.Columns <= FewLogits);
    }

    private EvaluationResult WithTemperature<T>(ScoreFiles first, EvaluationResult result) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sums = new TemperatureSums(first.Columns, options.IgnoreIndex);
        using (var files = ScoreFiles.Open(options))
            Pass<T>(files, "temperature", block => sums.Add(block.Scores, block.Targets, block.Weights));
        var fit = sums.Fit();
        if (fit.State is not TemperatureState.Finite) return result with { Temperature = fit };
        var after = new ClassificationMetrics(result.Options with { Ranking = false, ClassCalibration = false, Replicates = 0,
            HardestRows = 0 });
        var scaled = Array.Empty<double>();
        using (var files = ScoreFiles.Open(options))
            Pass<T>(files, "after temperature", block =>
            {
                if (scaled.Length < block.Scores.Length) scaled = new double[block.Scores.Length];
                for (var i = 0; i < block.Scores.Length; i++) scaled[i] = double.CreateTruncating(block.Scores[i]) / fit.Temperature;
                after.Add<double, long>(scaled.AsSpan(0, block.Scores.Length), block.Targets, block.Weights);
            });
        return result with { Temperature = fit, AfterTemperature = after.Report() };
    }

    private void Pass<T>(ScoreFiles files, string what, Action<ScoreBlock<T>> use) where T : unmanaged, IFloatingPointIeee754<T> =>
        new ScorePass(files, options, samples => progress(what, samples, files.Scores.Type.Bits / 8.0 * files.Columns * files.Positions),
            stop)
            .Run(use);

    private delegate void Adder<T>(ReadOnlySpan<T> scores, ReadOnlySpan<long> targets, ReadOnlySpan<float> weights);

    /// <summary>Adds a block; what the metrics refuse is looked for row by row, so that the message names file and row.</summary>
    private void Add<T>(ScoreFiles files, ScoreBlock<T> block, Adder<T> add, MetricOptions metricOptions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            add(block.Scores, block.Targets, block.Weights);
        }
        catch (ArgumentException refusal)
        {
            if (files.Positions > 1)
                throw new InvalidDataException(
                    $"{files.Scores.Name}: in the rows from {block.First * files.Positions} on: {InOptions(refusal.Message)}", refusal);
            for (var i = 0; i < block.Scores.Length / files.Columns; i++)
                try
                {
                    Row(block, i, files.Columns, metricOptions);
                }
                catch (ArgumentException error)
                {
                    var message = PlacePattern().Replace(InOptions(error.Message), "column ${column} is ");
                    message = RowPattern().Replace(message, "its scores ");
                    throw new InvalidDataException($"{files.Scores.Name}: row {block.First + i}: {message}", error);
                }
            throw;
        }
    }

    private void Row<T>(ScoreBlock<T> block, int i, int columns, MetricOptions metricOptions) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var scores = block.Scores.Slice(i * columns, columns);
        var weights = block.Weights.IsEmpty ? [] : block.Weights.Slice(i, 1);
        if (options.IsMultiLabel) new MultiLabelMetrics(metricOptions).Add(scores, block.Targets.Slice(i * columns, columns), weights);
        else new ClassificationMetrics(metricOptions).Add(scores, block.Targets.Slice(i, 1), weights);
    }

    [GeneratedRegex(@"scores\[0, (?<column>\d+)\] = ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlacePattern();

    [GeneratedRegex("scores of row 0 ", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RowPattern();
}
