using Surprisal.Cli.Tables;

namespace Surprisal.Cli.Loss;

/// <summary>Reads the arrays, evaluates the loss in the type of the scores, writes what was asked for and says the value.</summary>
internal static class LossRun
{
    public static int Run(LossTask task, TextWriter output)
    {
        task.CheckOutputs();
        using var logits = Open(task, task.Logits, TableRole.Classes);
        using var targets = Open(task, task.Targets, TableRole.Targets);
        using var weights = task.SampleWeights is { } path ? Open(task, path, TableRole.Column) : null;
        var files = new LossFiles(logits, targets, weights);
        var result =
            logits.Type == StoredType.Of<float>() ? Run<float>(task, files)
            : logits.Type == StoredType.Of<double>() ? Run<double>(task, files)
            : logits.Type == StoredType.Of<Half>() ? Run<Half>(task, files)
            : logits.Type == StoredType.Of<BFloat16>() ? Run<BFloat16>(task, files)
            : throw new InvalidDataException(
                $"{logits}; numbers of float16, bfloat16, float32 or float64 were expected.");
        output.WriteLine(task.Json ? LossDisplay.Json(task, logits, result) : LossDisplay.Line(task, result));
        return Commands.Done;
    }

    private static StoredArray Open(LossTask task, string name, TableRole role) =>
        TableFile.Open(name, task.Formats, new TableRequest(role));

    private static LossResult Run<T>(LossTask task, LossFiles files)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var each = task.Loss.Reduction == Reduction.None;
        var (result, gradient, losses) = LossEvaluation.Of<T>(task.Loss, files, task.Gradient is not null, each && task.Output is not null);
        if (gradient is not null) WholeArray.Write(task.Gradient!, gradient, [.. files.Logits.Shape]);
        if (losses is not null) WholeArray.Write(task.Output!, losses, files.LossShape(task.Loss));
        else if (task.Output is not null) WholeArray.Write(task.Output, [result.Value], []);
        return result;
    }
}
