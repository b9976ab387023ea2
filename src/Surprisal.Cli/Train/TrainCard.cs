using System.Security.Cryptography;
using System.Text;
using Surprisal.Cli.Models;
using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What a training writes into its model's file.</summary>
internal static class TrainCard
{
    public static ModelCard Of(TrainOptions options, TrainData data, Trainer trainer) => new()
    {
        Task = options.Task,
        Architecture = TrainSetup.Architecture(options, data.Train.Dataset),
        ClassNames = data.Train.Dataset.ClassNames,
        Preparation = data.Train.Dataset.Preparation,
        Images = data.Images,
        Columns = data.Columns,
        Loss = $"{trainer.Loss}",
        Data = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Kept.ToJson()))),
    };

    /// <summary>What the validation said of an epoch.</summary>
    public static IReadOnlyDictionary<string, double> Metrics(EpochFigures epoch, ModelTask task)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal) { ["epoch"] = epoch.Epoch };
        Add(metrics, "validation", epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.ValidationScore, task);
        return metrics;
    }

    /// <summary>The card with the results of the test, and the temperature that makes the probabilities of the validation true.</summary>
    public static ModelCard Finished(ModelCard card, Module model, DataLoader validation, EvaluationReport tested)
    {
        var metrics = new Dictionary<string, double>(card.Metrics, StringComparer.Ordinal);
        Add(metrics, "test", tested.Loss, tested.Accuracy(), tested.Score(card.Task), card.Task);
        return card with { Metrics = metrics, Temperature = Temperature(card.Task, model, validation) };
    }

    private static void Add(Dictionary<string, double> metrics, string part, double loss, double accuracy, double? score, ModelTask task)
    {
        metrics[$"{part}_loss"] = loss;
        metrics[$"{part}_accuracy"] = accuracy;
        if (score is { } reached) metrics[$"{part}_{task.ScoreKey()}"] = reached;
    }

    private static double Temperature(ModelTask task, Module model, DataLoader validation)
    {
        // Each label is a question of its own, with one logit.
        var sums = new TemperatureSums(task is ModelTask.Classes or ModelTask.Pixels ? validation.Dataset.ClassNames.Count : 1);
        var positions = task == ModelTask.Pixels ? validation.Dataset.TargetShape.ElementCount : 1;
        using var scope = Tensor.NoGrad();
        model.Eval();
        foreach (var batch in validation.Epoch(0))
        {
            var logits = model.Forward(batch.Inputs).ToArray();
            if (!Array.TrueForAll(logits, float.IsFinite)) return 1; // of a training that went wrong
            sums.Add<float, long>(logits, batch.Targets.ToArray(), positions: positions);
        }
        return sums.Fit() is { State: TemperatureState.Finite, Temperature: var temperature } ? temperature : 1;
    }
}
