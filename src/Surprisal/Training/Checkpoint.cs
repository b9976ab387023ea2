using System.Globalization;
using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>Everything that training needs to go on to the same bits, in one safetensors file.</summary>
/// <remarks>
/// In numbers: the last parameters and buffers, those of the best epoch, what the optimizer remembers, the learning rate, the schedule's
/// plan, how long early stopping has waited, and the position.
/// In words, compared when loading: the model, the loss and its options, the optimizer's numbers and groups, the schedule, the criterion,
/// the limits of the gradients, the batch size, the batches a step, the seed and the order of the samples, the classes' names in order, the
/// images' preparation, and a fingerprint of the data. Patience is not compared. Random
/// numbers follow from seeds and positions (docs/decisions/0003), so no generator's state is kept.
/// Functions cannot be compared: a loss or a <see cref="LambdaLr"/> that is one, <see cref="DataLoader.Collate"/>. Optimizers, schedules,
/// modules and samplers of your own are compared by the texts that they print.
/// </remarks>
/// <example><code>
/// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
/// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
/// var loader = new DataLoader(data, batchSize: 4);
/// Trainer Make()
/// {
///     var model = new Linear(2, 2, new Seed(0));
///     return new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters()));
/// }
///
/// var path = System.IO.Path.GetTempFileName();
/// var trainer = Make();
/// trainer.Fit(loader, loader, epochs: 1);
/// Checkpoint.Save(path, trainer, loader);
///
/// var again = Make();
/// Checkpoint.Load(path, again, loader);
/// Console.WriteLine(again.Position.Epoch);                // 1
/// trainer.Fit(loader, loader, epochs: 2);
/// again.Fit(loader, loader, epochs: 2);
/// Console.WriteLine(trainer.Evaluate(loader).Loss == again.Evaluate(loader).Loss);    // True
/// System.IO.File.Delete(path);
/// </code></example>
public static class Checkpoint
{
    private const string ModelPrefix = "model.", OptimizerPrefix = "optimizer.", FormatName = "surprisal.checkpoint.";
    private const int Version = 3;

    /// <summary>Writes the trainer's state; an existing file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Whose state to keep, between two batches.</param>
    /// <param name="train">The batches that it learns from.</param>
    /// <exception cref="ArgumentNullException">One of them is missing.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Save(string path, Trainer trainer, DataLoader train)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in trainer.Selection.LastState(trainer.Model)) tensors.Add(ModelPrefix + name, tensor);
        foreach (var (name, tensor) in trainer.Optimizer.StateDictionary()) tensors.Add(OptimizerPrefix + name, tensor);
        TrainingProgress.Capture(trainer).AddTo(tensors);
        var settings = TrainingSettings.Kept(TrainingSettings.Collect(trainer, train));
        Safetensors.Write(path, tensors, new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["format"] = $"{FormatName}{Version}"
        });
    }

    /// <summary>Brings the trainer to the saved state: the model to the last weights, <see cref="Trainer.Best"/> to the best.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Made as the one that was saved: the same model, loss, optimizer and schedule.</param>
    /// <param name="train">The same batches as before.</param>
    /// <returns>
    /// What the file lacks and nothing could be compared with, because an older version wrote it; empty for one of this version.
    /// </returns>
    /// <exception cref="ArgumentNullException">One of them is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// No checkpoint, damaged, of a newer version, or of another training; the message names the file and both sides of every difference.
    /// The trainer is unchanged then.
    /// </exception>
    public static IReadOnlyList<string> Load(string path, Trainer trainer, DataLoader train)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        var (tensors, metadata) = Safetensors.Read(path);
        CheckFormat(path, metadata.GetValueOrDefault("format"));
        var settings = TrainingSettings.Collect(trainer, train);
        if (TrainingSettings.Differences(metadata, settings) is { Count: > 0 } differences)
            throw new InvalidDataException($"{path}: this is the checkpoint of another training: {string.Join("; ", differences)}.");
        try
        {
            var progress = TrainingProgress.Read(tensors, trainer, train);
            var state = WithPrefix(tensors, OptimizerPrefix);
            trainer.Optimizer.CheckState(state);
            Module.Load(WithPrefix(tensors, ModelPrefix), trainer.Model.State(persistentOnly: false));
            trainer.Optimizer.LoadStateDictionary(state);
            progress.ApplyTo(trainer);
        }
        catch (Exception error) when (error is ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
        var missing = TrainingSettings.Missing(metadata, settings);
        if (!tensors.ContainsKey(TrainingProgress.WaitingName)) missing.Add("best epoch");
        return missing;
    }

    private static void CheckFormat(string path, string? format)
    {
        if (format is null || !format.StartsWith(FormatName, StringComparison.Ordinal)
            || !int.TryParse(format[FormatName.Length..], CultureInfo.InvariantCulture, out var version) || version < 1)
            throw new InvalidDataException($"{path}: not a checkpoint of this program; " +
                $"its format is {(format is null ? "not named" : $"\"{format}\"")}, \"{FormatName}{Version}\" was expected.");
        if (version > Version)
            throw new InvalidDataException(
                $"{path}: a checkpoint of version {version}, written by a newer program; this one reads versions up to {Version}.");
    }

    private static Dictionary<string, Tensor> WithPrefix(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(named => named.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(named => named.Key[prefix.Length..], static named => named.Value, StringComparer.Ordinal);
}
