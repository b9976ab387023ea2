using Surprisal.Metrics;
using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>What is told of an evaluation, whatever was learned.</summary>
internal static class Evaluated
{
    /// <summary>The share that is right: of samples, of pixels, of samples all of whose labels are.</summary>
    public static double Accuracy(this EvaluationReport report) => report.MultiLabel?.SubsetAccuracy ?? report.Metrics.Accuracy;

    /// <summary>22 of 36, and of what where that is no sample.</summary>
    public static string Right(this EvaluationReport report, ModelTask task) => report.MultiLabel is { } labels
        ? $"all labels right in {Math.Round(labels.SubsetAccuracy * labels.Counted)} of {labels.Counted}"
        : $"{report.Metrics.Correct} of {report.Metrics.Counted}{(task == ModelTask.Pixels ? " pixels" : "")}";

    /// <summary>Class by class, or label by label.</summary>
    public static IReadOnlyList<ClassReport> Classes(this EvaluationReport report) => report.MultiLabel?.Labels ?? report.Metrics.Classes;

    /// <summary>The number that says more than accuracy; null where there is none.</summary>
    public static double? Score(this EvaluationReport report, ModelTask task) => task switch
    {
        ModelTask.Labels => report.MultiLabel?.MicroF1,
        ModelTask.Pixels => report.Metrics.MeanIou,
        ModelTask.Text => report.Perplexity,
        _ => null,
    };

    /// <summary>What that number is called; null where there is none.</summary>
    public static string? ScoreName(this ModelTask task) => task switch
    {
        ModelTask.Labels => "micro F1",
        ModelTask.Pixels => "mean IoU",
        ModelTask.Text => "perplexity",
        _ => null,
    };

    /// <summary>Whether the share that is right is known: of tokens it would take all logits again.</summary>
    public static bool HasAccuracy(this ModelTask task) => task != ModelTask.Text;

    /// <summary>Whether the score is a share of 1, and more is better.</summary>
    public static bool HasShare(this ModelTask task) => task is ModelTask.Labels or ModelTask.Pixels;

    /// <summary>The name of the score for programs: micro_f1.</summary>
    public static string? ScoreKey(this ModelTask task) => task.ScoreName()?.ToLowerInvariant().Replace(' ', '_');
}
