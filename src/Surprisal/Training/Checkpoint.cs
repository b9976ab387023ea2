using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>Everything that training needs to go on to the same bits: parameters, all buffers, the optimizer's memory, the position. One safetensors file.</summary>
public static class Checkpoint
{
    private const string ModelPrefix = "model.", OptimizerPrefix = "optimizer.";

    /// <summary>Writes the trainer's state; an existing file is replaced only when the new one is complete.</summary>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Save(string path, Trainer trainer)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in trainer.Model.State(persistentOnly: false)) tensors.Add(ModelPrefix + name, tensor);
        foreach (var (name, tensor) in trainer.Optimizer.StateDictionary()) tensors.Add(OptimizerPrefix + name, tensor);
        var at = trainer.Position;
        tensors.Add("position", Tensor.Create<long>([at.Epoch, at.Batch, at.Samples, at.Correct]));
        tensors.Add("loss_sum", Tensor.Create([at.LossSum]));
        Safetensors.Write(path, tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "surprisal.checkpoint.1" });
    }

    /// <summary>Brings the trainer, with the same model and optimizer, to the saved state.</summary>
    /// <exception cref="InvalidDataException">No such checkpoint, damaged, or of another model; the message names the file. The trainer is unchanged then.</exception>
    public static void Load(string path, Trainer trainer)
    {
        var (tensors, metadata) = Safetensors.Read(path);
        if (metadata.GetValueOrDefault("format") != "surprisal.checkpoint.1" || tensors.GetValueOrDefault("position") is not Tensor<long> { Length: 4 } position || tensors.GetValueOrDefault("loss_sum") is not Tensor<double> { Length: 1 } lossSum)
            throw new InvalidDataException($"{path}: not a checkpoint of this program; it lacks the position of the training.");
        try
        {
            var memory = Part(tensors, OptimizerPrefix);
            trainer.Optimizer.CheckState(memory);
            Module.Load(Part(tensors, ModelPrefix), trainer.Model.State(persistentOnly: false));
            trainer.Optimizer.LoadStateDictionary(memory);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
        var at = position.Span;
        trainer.Position = new TrainingPosition((int)at[0], (int)at[1], at[2], at[3], lossSum.Item());
        trainer.Schedule?.MoveTo((int)at[0]);
    }

    private static Dictionary<string, Tensor> Part(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(named => named.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(named => named.Key[prefix.Length..], static named => named.Value, StringComparer.Ordinal);
}
