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
            var losses = new LossAccumulator();
            foreach (var batch in loader.Epoch(0))
            {
                if (cancellationToken.IsCancellationRequested) return null;
                using var step = Step([batch], loader.OwnsBatches);
                var outputs = Objective.Run(Model, batch.Inputs);
                Objective.Forward(outputs, batch, losses);
                predictions.Add(outputs, batch);
            }
            return predictions.Report(losses.Value);
        }
        finally
        {
            foreach (var module in training) module.IsTraining = true;
        }
    }
}
