using System.ComponentModel;
using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The loop: data, model, loss, gradients, step.</summary>
/// <example><code>
/// var random = new Seed(0);
/// var (train, test) = Digits.Load().Split(testShare: 0.2, random);
/// var model = new Sequential(new Flatten(), new Linear(64, 10, random));
/// var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 0.01));
/// var (learn, check) = (new DataLoader(train, 32, shuffle: random), new DataLoader(test, 256));
/// foreach (var report in trainer.Epochs(learn, check, epochs: 2)) Console.WriteLine(report);
/// // epoch 1: loss 1.5504, accuracy 0.643; test loss 0.9596, accuracy 0.880
/// // epoch 2: loss 0.7269, accuracy 0.903; test loss 0.5694, accuracy 0.925
/// </code></example>
public sealed partial class Trainer
{
    /// <summary>A loop that goes down a loss of the family.</summary>
    /// <param name="model">Inputs to logits.</param>
    /// <param name="loss">Logits and targets to one number, the mean; what is reported is the mean over all batches.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    /// <exception cref="ArgumentException">The loss does not reduce to its mean.</exception>
    public Trainer(Module model, ClassIndexLoss loss, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (loss.Reduction != Reduction.Mean)
            throw new ArgumentException($"the loss has Reduction.{loss.Reduction}, but training goes down a mean, " +
                "whatever the size of the batches: leave Reduction as it is, and scale the learning rate instead.", nameof(loss));
        (Model, Loss, Optimizer, Objective) = (model, loss, optimizer, Objective.From(loss));
    }

    /// <summary>Not callable: says how a loss of numbers goes in.</summary>
    [Obsolete(WrongTypes.OfTraining, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public Trainer(Module model, Loss loss, Optimizer optimizer) => throw new NotSupportedException(WrongTypes.OfTraining);

    /// <summary>A loop that goes down a function of your own.</summary>
    /// <param name="model">Inputs to outputs.</param>
    /// <param name="loss">Outputs [N, C] and targets [N] to one number on the tape, the mean over the batch: the mean over all batches
    /// counts each as often as it has samples, and none is ignored.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    public Trainer(Module model, Func<Tensor<float>, Tensor<long>, Tensor<float>> loss, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        (Model, Optimizer, Objective) = (model, optimizer, Objective.From(loss));
    }

    /// <summary>How far training has come; set it to go on from a checkpoint.</summary>
    public TrainingPosition Position { get; set; } = new();

    /// <summary>Changes the learning rate after each epoch. Default null: it stays.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The largest common norm of all gradients. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0, negative, or not finite.</exception>
    public double? MaxGradientNorm
    {
        get;
        init => field = value is null or (> 0 and < double.PositiveInfinity) ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm),
                $"MaxGradientNorm is {value}; a limit is greater than 0 and finite, and null is none.");
    }

    /// <summary>
    /// Whether a batch whose loss or gradient is not finite is undone, counted in <see cref="TrainingPosition.Skipped"/> and passed over.
    /// Default false: it is undone, and training ends with a <see cref="NonFiniteException"/>.
    /// </summary>
    public bool KeepGoing { get; init; }

    /// <summary>What is trained.</summary>
    public Module Model { get; }

    /// <summary>Logits and targets to one number; null where it is a function.</summary>
    public ClassIndexLoss? Loss { get; }

    /// <summary>What moves the parameters.</summary>
    public Optimizer Optimizer { get; }

    internal Objective Objective { get; }

    /// <summary>Trains from the present position until <paramref name="epochs"/> are finished, and returns one report an epoch.</summary>
    /// <remarks>It trains when it is called; <see cref="Epochs"/> trains while somebody asks for the next report.</remarks>
    /// <inheritdoc cref="Epochs"/>
    /// <example><code>
    /// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
    /// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
    /// var loader = new DataLoader(data, batchSize: 4);
    /// var model = new Linear(2, 2, new Seed(0));
    /// var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), learningRate: 1));
    /// var reports = trainer.Fit(loader, loader, epochs: 20);
    /// Console.WriteLine($"{reports.Count} epochs, {reports[^1].Test.Accuracy:F3}");    // 20 epochs, 1.000
    /// Console.WriteLine(trainer.Fit(loader, loader, epochs: 20).Count);       // 0
    /// </code></example>
    public IReadOnlyList<EpochReport> Fit(
        DataLoader train,
        DataLoader test,
        int epochs,
        IProgress<TrainingPosition>? progress = null,
        CancellationToken cancellationToken = default) => [.. Epochs(train, test, epochs, progress, cancellationToken)];

    /// <summary>
    /// Trains while it is enumerated, from the present position until <paramref name="epochs"/> are finished: one report an epoch, as it
    /// ends.
    /// </summary>
    /// <param name="train">Batches to learn from.</param>
    /// <param name="test">Batches to test with after each epoch.</param>
    /// <param name="epochs">Finished epochs at the end, those before the present position included.</param>
    /// <param name="progress">Told the new position after each batch.</param>
    /// <param name="cancellationToken">Ends training after the batch under way, or in the test after the last one, without an exception;
    /// the position tells where, and a test cut short begins again. One that is cancelled already trains nothing.</param>
    /// <remarks>
    /// Switches the model to training once, at the start; frozen modules stay in evaluation. See <see cref="Module.Freeze"/>.
    /// A last batch of one sample joins the batch before it where the model cannot train on one, for batch normalisation needs two values a
    /// channel.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of epochs.</exception>
    /// <exception cref="InvalidOperationException">A schedule has brought the rate down to 0, so that more epochs would change
    /// nothing.</exception>
    /// <exception cref="NonFiniteException">
    /// A loss or a gradient is not finite, unless <see cref="KeepGoing"/>; the batch is undone, and the position is before it.
    /// </exception>
    public IEnumerable<EpochReport> Epochs(
        DataLoader train,
        DataLoader test,
        int epochs,
        IProgress<TrainingPosition>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        if (Schedule is not null && Optimizer.LearningRate == 0 && Position.Epoch > 0 && Position.Epoch < epochs
            && Schedule.IsZero(Position.Epoch + 1, epochs))
            throw new InvalidOperationException(
                $"the learning rate has come down to 0 after {Position.Epoch} epochs, so more of them would change nothing; " +
                "set the optimizer's LearningRate to go on: the schedule plans the rest from there.");
        return Train(train, test, epochs, progress, cancellationToken);
    }

    private IEnumerable<EpochReport> Train(
        DataLoader train, DataLoader test, int epochs, IProgress<TrainingPosition>? progress, CancellationToken cancellationToken)
    {
        if (Position.Epoch >= epochs || cancellationToken.IsCancellationRequested) yield break;
        Model.Train();
        var buffers = new BufferSnapshot(Model);
        train = JoinSingleSample(train, buffers);
        while (Position.Epoch < epochs && !cancellationToken.IsCancellationRequested)
        {
            var rate = Optimizer.LearningRate;
            foreach (var batch in train.Epoch(Position.Epoch, Position.Batch))
            {
                Learn(batch, train.OwnsBatches, buffers);
                progress?.Report(Position);
                if (cancellationToken.IsCancellationRequested) break;
            }
            if (Position.Batch < train.BatchCount) yield break;
            var finished = Position;
            if (Evaluate(test, cancellationToken) is not { } tested) yield break;
            Schedule?.Step();
            Position = new TrainingPosition { Epoch = finished.Epoch + 1 };
            yield return new EpochReport
            {
                Epoch = finished.Epoch + 1, LearningRate = rate, TrainLoss = finished.Loss, TrainAccuracy = finished.Accuracy,
                TestLoss = tested.Loss, Test = tested.Metrics, Empty = finished.Empty, Skipped = finished.Skipped,
            };
        }
    }

    /// <summary>
    /// The mean loss and the predictions of the model, in evaluation mode, over one pass of the loader; every module's mode is afterwards
    /// what it was.
    /// </summary>
    /// <param name="loader">The batches, those of its epoch 0.</param>
    /// <remarks>
    /// The mean is the sum of all losses over the sum of all divisors, so it does not depend on the size of the batches; ignored samples
    /// are in neither.
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

    /// <summary>One line: the model's kind, the loss and the optimizer.</summary>
    public override string ToString() => $"Trainer({Model.GetType().Name}, {Objective.Settings}, {Optimizer})";

    /// <summary>The mean loss and the predictions over one pass of the loader; null when it was stopped.</summary>
    private EvaluationReport? Evaluate(DataLoader loader, CancellationToken cancellationToken)
    {
        using var scope = Tensor.NoGrad();
        var training = Model.NamedModules().Select(static named => named.Module).Where(static module => module.IsTraining).ToList();
        Model.Eval();
        try
        {
            var predictions = new Predictions(loader.Dataset.ClassNames.Count, Objective.IgnoreIndex);
            var losses = new LossAccumulator();
            foreach (var batch in loader.Epoch(0))
            {
                if (cancellationToken.IsCancellationRequested) return null;
                using var step = Step(batch, loader.OwnsBatches);
                var logits = Model.Forward(batch.Inputs);
                Objective.Forward(logits, batch.Targets, losses);
                predictions.Add(logits, batch.Targets);
            }
            return new EvaluationReport { Loss = losses.Value, Metrics = predictions.Report() };
        }
        finally
        {
            foreach (var module in training) module.IsTraining = true;
        }
    }
}
