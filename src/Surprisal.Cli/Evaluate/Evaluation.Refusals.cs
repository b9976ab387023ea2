using System.Numerics;
using System.Text.RegularExpressions;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

internal sealed partial class Evaluation
{
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
