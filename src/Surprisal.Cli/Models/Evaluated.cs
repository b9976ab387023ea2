using Surprisal.Metrics;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What is told of an evaluation, whatever was learned.</summary>
internal static class Evaluated
{
    /// <summary>The share that is right; with several labels of samples all of whose labels are.</summary>
    public static double Accuracy(this EvaluationReport report) => report.MultiLabel?.SubsetAccuracy ?? report.Metrics.Accuracy;

    /// <summary>22 of 36; with several labels what that counts.</summary>
    public static string Right(this EvaluationReport report) => report.MultiLabel is { } labels
        ? $"all labels right in {Math.Round(labels.SubsetAccuracy * labels.Counted)} of {labels.Counted}"
        : $"{report.Metrics.Correct} of {report.Metrics.Counted}";

    /// <summary>Class by class, or label by label.</summary>
    public static IReadOnlyList<ClassReport> Classes(this EvaluationReport report) => report.MultiLabel?.Labels ?? report.Metrics.Classes;

    /// <summary>The number that says more than accuracy, where there is one: its name for people and for programs.</summary>
    public static (string Name, string Key, double Value)? Score(this EvaluationReport report) =>
        report.MultiLabel is { } labels ? ("micro F1", "micro_f1", labels.MicroF1) : null;
}
