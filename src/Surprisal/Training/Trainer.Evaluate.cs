using System.Runtime.InteropServices;

namespace Surprisal.Training;

public sealed partial class Trainer
{
    /// <summary>
    /// The mean loss and the predictions of the model, in evaluation mode, over one pass of the loader; every module's mode is afterwards
    /// what it was.
    /// </summary>
    /// <param name="loader">The batches, those of its epoch 0.</param>
    /// <remarks>
    /// The mean is the sum of all losses over the sum of all divisors, so it does not depend on the size of the batches; ignored samples
    /// are in neither. The model is evaluated as it is: after training that is the best epoch, as <see cref="KeepLast"/> says.
    /// </remarks>
    /// <example><code>
    /// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
    /// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
    /// var loader = new DataLoader(data, batchSize: 4);
    /// var model = new Linear(2, 2, new Seed(0));
    /// var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), learningRate: 1));
    /// trainer.Fit(loader, loader, epochs: 20);
    /// var (loss, metrics) = trainer.Evaluate(loader);
    /// Console.WriteLine($"{metrics.Accuracy:F3}, {metrics.Correct} of {metrics.Counted}");   // 1.000, 4 of 4
    /// Console.WriteLine(loss &lt; 0.3);              // True
    /// </code></example>
    public EvaluationReport Evaluate(DataLoader loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return Evaluate(loader, cancellationToken: default)!;
    }

    /// <summary>The mean loss and the predictions over one pass of the loader; null when it was stopped.</summary>
    private EvaluationReport? Evaluate(DataLoader loader, CancellationToken cancellationToken)
    {
        using var scope = Tensor.NoGrad();
        var training = Model.NamedModules().Select(static named => named.Module).Where(static module => module.IsTraining).ToList();
        Model.Eval();
        try
        {
            var predictions = Objective.Predictions(loader.Dataset.ClassNames.Count);
            return IsAlone ? EvaluateBatches(loader, predictions, cancellationToken)
                : EvaluateShared(loader, predictions, cancellationToken);
        }
        finally
        {
            foreach (var module in training) module.IsTraining = true;
        }
    }

    private EvaluationReport? EvaluateBatches(DataLoader loader, Predictions predictions, CancellationToken cancellationToken)
    {
        var losses = new LossAccumulator();
        foreach (var batch in loader.Epoch(0))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                WasStopped = true;
                return null;
            }
            Evaluate(batch, loader.OwnsBatches, losses, predictions);
        }
        return predictions.Report(losses.Value);
    }

    /// <summary>As <see cref="EvaluateBatches"/>, each process a run of batches: to the same bits.</summary>
    private EvaluationReport? EvaluateShared(DataLoader loader, Predictions predictions, CancellationToken cancellationToken)
    {
        Group.Report(StepsBegun, "validation");
        var exchange = new PartExchange(Group, Math.Max(loader.BatchCount, Group.Size));
        var (first, end) = PartTree.Rows(Group.Rank, Group.Size, loader.BatchCount);
        predictions.Begin((long)first * loader.BatchSize, Math.Max(1, loader.Dataset.TargetShape.ElementCount));
        var sums = new List<double>();
        foreach (var batch in loader.Some(0, first, end))
        {
            if (cancellationToken.IsCancellationRequested) break;
            var losses = new LossAccumulator();
            Evaluate(batch, loader.OwnsBatches, losses, predictions);
            sums.AddRange([losses.Sum, losses.Divisor]);
        }
        Group.Report(StepsBegun, "the others' validation");
        var flags = exchange.GatherBytes([(byte)(cancellationToken.IsCancellationRequested ? 1 : 0)]);
        if (flags.AsSpan().Contains((byte)1))
        {
            WasStopped = true;
            return null;
        }
        var all = new LossAccumulator();
        foreach (var part in exchange.GatherLists(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(sums)).ToArray()))
        {
            var numbers = MemoryMarshal.Cast<byte, double>(part);
            for (var i = 0; i < numbers.Length; i += 2) all.Add(numbers[i], numbers[i + 1]);
        }
        var merged = Objective.Predictions(loader.Dataset.ClassNames.Count);
        foreach (var state in exchange.GatherLists(predictions.State())) merged.Merge(state);
        return merged.Report(all.Value);
    }

    private void Evaluate(Batch batch, bool isOwned, LossAccumulator losses, Predictions predictions)
    {
        using var step = Step([batch], isOwned);
        var outputs = Objective.Run(Model, batch.Inputs);
        Objective.Forward(outputs, batch, losses);
        predictions.Add(outputs, batch);
    }
}
