using Surprisal.Kernels;
using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>
/// Where a number first was not finite: which gradient in the order of Backward; or, in a second forward pass, which sample, module and
/// operation.
/// </summary>
internal static class FirstNonFinite
{
    /// <summary>Whether the gradient holds one. Floats add up to a finite double unless one of them is not finite.</summary>
    public static bool HasGradient(Tensor<float> parameter) =>
        parameter.Gradient is { } gradient && !double.IsFinite(Reductions.Sum<float>(gradient.Span));

    /// <summary>Whether an input of the batch is not finite.</summary>
    public static bool HasInput(Batch batch) => FirstRow(batch.Inputs) >= 0;

    /// <summary>What to tell of a batch whose loss or gradients are not finite; the model's buffers are those before it.</summary>
    public static NonFiniteException Explain(Trainer trainer, Batch batch, int number, Tensor? value, LossAccumulator counted)
    {
        var epoch = trainer.Position.Epoch + 1;
        string? gradient = null, module = null, operation = null;
        var row = -1;
        string reason;
        if (counted.IsFinite)
        {
            gradient = FirstGradient(trainer, value!);
            reason = $"the loss is {counted.Value}, but the gradient of {gradient} is not finite, as the first in the order of Backward";
        }
        else if ((row = FirstRow(batch.Inputs)) >= 0)
        {
            reason = $"the loss is not finite, nor is the input of sample {Sample(row)}";
        }
        else
        {
            (var logits, module, operation) = FindOperation(trainer.Model, batch.Inputs);
            if (trainer.Objective.ForwardEach(logits.Detach(), batch) is { } losses)
                row = FirstRow(losses, unlessAll: operation is not null);
            reason = "the loss is not finite";
            if (operation is not null)
                reason += $"; the first result that is not is that of {operation} in {(module is "" ? "the model" : module)}";
            if (row >= 0) reason += $"; the first sample whose loss is not is {Sample(row)}";
            if (row >= 0 && batch.Targets.Rank == 1) reason += $", of class {batch.Targets.Span[row]}";
        }
        return new NonFiniteException($"epoch {epoch}, batch {number}: {reason}. The batch was undone.")
        {
            Epoch = epoch, Batch = number, Loss = counted.Value, Samples = batch.Samples,
            Gradient = gradient, Module = module, Operation = operation, Sample = row < 0 ? null : Sample(row),
        };

        int Sample(int row) => row < batch.Samples.Count ? batch.Samples[row] : row;
    }

    private static string FirstGradient(Trainer trainer, Tensor value)
    {
        var names = trainer.Model.NamedParameters().ToDictionary(static named => named.Parameter, static named => named.Name);
        var parameters = trainer.Optimizer.Parameters.ToList();
        var leaves = BackwardPass.Order(value.Node!)
            .SelectMany(static node => node.Edges)
            .Select(static edge => edge.Next.Leaf).OfType<Tensor<float>>();
        var first = leaves.First(leaf => parameters.Contains(leaf) && HasGradient(leaf));
        return names.GetValueOrDefault(first) ?? $"parameters[{parameters.IndexOf(first)}]";
    }

    /// <summary>The row of the first element that is not finite; -1 when there is none, or on request when every row has one.</summary>
    private static int FirstRow(Tensor<float> rows, bool unlessAll = false)
    {
        var size = rows.Length / rows.Shape[0];
        var found = Enumerable.Range(0, rows.Shape[0]).Where(row => HasNonFinite<float>(rows.Span.Slice(row * size, size))).ToList();
        return found.Count == 0 || (unlessAll && found.Count == rows.Shape[0]) ? -1 : found[0];
    }

    /// <summary>The logits of one more forward pass, and what made the first result in it that is not finite.</summary>
    private static (Tensor<float> Logits, string? Module, string? Operation) FindOperation(Module model, Tensor<float> inputs)
    {
        var modules = model.NamedModules().ToDictionary(static named => named.Module, static named => named.Name);
        var owners = model.NamedParameters().ToDictionary(
            static named => (Tensor)named.Parameter, static named => named.Name[..Math.Max(0, named.Name.LastIndexOf('.'))]);
        string at = "", by = "";
        try
        {
            Sequential.Watcher = entered => at = by.Length == 0 ? modules.GetValueOrDefault(entered, at) : at;
            Tape.Watcher = (name, result) =>
            {
                if (by.Length > 0) return;
                foreach (var edge in result.Node?.Edges ?? [])
                    if (edge.Next.Leaf is { } leaf) at = owners.GetValueOrDefault(leaf, at);
                if (result is Tensor<float> floats
                    ? HasNonFinite<float>(floats.Span)
                    : result is Tensor<double> doubles && HasNonFinite<double>(doubles.Span))
                    by = name;
            };
            var logits = model.Forward(inputs);
            return by.Length == 0 ? (logits, null, null) : (logits, at, by);
        }
        finally
        {
            (Sequential.Watcher, Tape.Watcher) = (null, null);
        }
    }

    private static bool HasNonFinite<T>(ReadOnlySpan<T> numbers) where T : IFloatingPointIeee754<T>
    {
        foreach (var number in numbers)
            if (!T.IsFinite(number))
                return true;
        return false;
    }
}
