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
        Architecture = TrainSetup.Architecture(options, data.Train.Dataset),
        ClassNames = data.Train.Dataset.ClassNames,
        Preparation = data.Train.Dataset.Preparation,
        Images = data.Images,
        Loss = $"{trainer.Loss}",
        Data = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Kept.ToJson()))),
    };

    /// <summary>What the validation said of the best epoch.</summary>
    public static IReadOnlyDictionary<string, double> Metrics(EpochReport report) => new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["epoch"] = report.Epoch, ["validation_loss"] = report.Validation.Loss,
        ["validation_accuracy"] = report.Validation.Metrics.Accuracy,
    };

    /// <summary>The card with the results of the test, and the temperature that makes the probabilities of the validation true.</summary>
    public static ModelCard Finished(ModelCard card, Module model, DataLoader validation, EvaluationReport tested)
    {
        var metrics = new Dictionary<string, double>(card.Metrics, StringComparer.Ordinal)
        {
            ["test_loss"] = tested.Loss, ["test_accuracy"] = tested.Metrics.Accuracy,
        };
        return card with { Metrics = metrics, Temperature = Temperature(model, validation) };
    }

    private static double Temperature(Module model, DataLoader validation)
    {
        var sums = new TemperatureSums(validation.Dataset.ClassNames.Count);
        using var scope = Tensor.NoGrad();
        model.Eval();
        foreach (var batch in validation.Epoch(0))
        {
            var logits = model.Forward(batch.Inputs).ToArray();
            if (!Array.TrueForAll(logits, float.IsFinite)) return 1; // of a training that went wrong
            sums.Add<float, long>(logits, batch.Targets.ToArray());
        }
        return sums.Fit() is { State: TemperatureState.Finite, Temperature: var temperature } ? temperature : 1;
    }
}
