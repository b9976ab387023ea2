using System.ComponentModel;
using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The loop: data, model, loss, gradients, step.</summary>
/// <remarks>
/// After each epoch a number of the validation set, the <see cref="Criterion"/>, decides; when training has ended, the model has the
/// weights of the best epoch: see <see cref="Best"/> and <see cref="KeepLast"/>. A test set is for <see cref="Evaluate(DataLoader)"/>,
/// once, at the end: what has decided something measures it no more.
/// </remarks>
/// <example><code>
/// var random = new Seed(0);
/// var (train, validation) = Digits.Load().Split(testShare: 0.2, random);
/// var model = new Sequential(new Flatten(), new Linear(64, 10, random));
/// var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 0.01));
/// var (learn, check) = (new DataLoader(train, 32, shuffle: random), new DataLoader(validation, 256));
/// foreach (var report in trainer.Epochs(learn, check, epochs: 2)) Console.WriteLine(report);
/// // epoch 1: loss 1.5504, accuracy 0.643; validation loss 0.9596, accuracy 0.880
/// // epoch 2: loss 0.7269, accuracy 0.903; validation loss 0.5694, accuracy 0.925
/// </code></example>
public sealed partial class Trainer
{
    private readonly EpochSelection selection = new();

    /// <summary>A loop that goes down a loss.</summary>
    /// <remarks>
    /// <para>A loss of class indices or of regions takes logits [N, C], or [N, C, ..] for targets [N, ..], such as the pixels of a
    /// segmentation; cross-entropy a batch's <see cref="Batch.Probabilities"/> where it has some.</para>
    /// <para>A loss of numbers, such as binary cross-entropy, takes the batch's <see cref="Batch.Probabilities"/>, one for each output;
    /// where it has none and the loss is of labels, its targets of 0 and 1: [N, L], or [N] for one output.</para>
    /// <para>Of a <see cref="Gpt"/> a loss of class indices is that of each position's next token: targets [N, L], as
    /// <see cref="TokenWindows"/> have them; <see cref="LinearCrossEntropyLoss"/> never makes the logits for it. Reports
    /// have no accuracy then, but <see cref="EvaluationReport.Perplexity"/>.</para>
    /// </remarks>
    /// <param name="model">Inputs to outputs.</param>
    /// <param name="loss">Outputs and targets to one number, the mean; what is reported is the mean over all batches.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    /// <exception cref="ArgumentException">The loss does not reduce to a mean.</exception>
    public Trainer(Module model, Loss loss, Optimizer optimizer)
        : this(model, optimizer, Objective.From(model, Checked(loss))) => Loss = loss;

    /// <summary>A loop that goes down a function of your own.</summary>
    /// <param name="model">Inputs to outputs.</param>
    /// <param name="loss">Outputs [N, C] and targets [N] to one number on the tape, the mean over the batch: the mean over all batches
    /// counts each as often as it has samples, and none is ignored.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    public Trainer(Module model, Func<Tensor<float>, Tensor<long>, Tensor<float>> loss, Optimizer optimizer)
        : this(model, optimizer, Objective.From(loss ?? throw new ArgumentNullException(nameof(loss))))
    {
    }

    private Trainer(Module model, Optimizer optimizer, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        (Model, Optimizer, Objective) = (model, optimizer, objective);
    }

    /// <summary>How far training has come; set it to go on from a checkpoint.</summary>
    public TrainingPosition Position { get; set; } = new();

    /// <summary>The best epoch so far; null before the first whose <see cref="Criterion"/> is a number.</summary>
    public BestEpoch? Best => selection.Best;

    /// <summary>Changes the learning rate after each epoch, or step: see <see cref="Schedule.Unit"/>. Default null: it stays.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The number of the validation set that decides. Default <see cref="Criterion.Loss"/>.</summary>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public Criterion Criterion
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Criterion));
    } = Criterion.Loss;

    /// <summary>When training ends before its last epoch. Default null: never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// Whether the model keeps the last weights when training has ended, instead of those of the <see cref="Best"/> epoch. Default false.
    /// Training goes on from the last either way, and a checkpoint has both.
    /// </summary>
    public bool KeepLast { get; init; }

    /// <summary>
    /// How many batches make one step of the optimizer, as one large batch would, in the memory of a small one. Default 1.
    /// </summary>
    /// <remarks>
    /// The gradient is that of the mean over all samples of the step, whatever the batches' sizes, weights and ignored targets; the last
    /// step of an epoch may have fewer batches. Batch normalisation sees the small batches, and moves its statistics with each.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int AccumulateSteps
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(AccumulateSteps), $"AccumulateSteps is {value}; a step has at least one batch.");
    } = 1;

    /// <summary>The largest common norm of all gradients. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0, negative, or not finite.</exception>
    public double? MaxGradientNorm
    {
        get;
        init => field = CheckedLimit(value, nameof(MaxGradientNorm));
    }

    /// <summary>The largest absolute value of each gradient's elements; clamped before the norm is. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0, negative, or not finite.</exception>
    public double? MaxGradientValue
    {
        get;
        init => field = CheckedLimit(value, nameof(MaxGradientValue));
    }

    /// <summary>
    /// Whether a step whose loss or gradient is not finite is undone, counted in <see cref="TrainingPosition.Skipped"/> and passed over.
    /// Default false: it is undone, and training ends with a <see cref="NonFiniteException"/>.
    /// </summary>
    public bool KeepGoing { get; init; }

    /// <summary>Called after each step; true ends training as cancelling does. Default null.</summary>
    public Func<TrainingPosition, bool>? AfterStep { get; init; }

    /// <summary>Called after each epoch, before its report is returned; true makes it the last. Default null.</summary>
    /// <example><c>AfterEpoch = report => report.Validation.Metrics.Accuracy > 0.99</c></example>
    public Func<EpochReport, bool>? AfterEpoch { get; init; }

    /// <summary>What is trained.</summary>
    public Module Model { get; }

    /// <summary>Outputs and targets to one number; null where it is a function.</summary>
    public Loss? Loss { get; }

    /// <summary>What moves the parameters.</summary>
    public Optimizer Optimizer { get; }

    internal Objective Objective { get; }

    internal EpochSelection Selection => selection;

    /// <summary>One line: the model's kind, the loss and the optimizer.</summary>
    public override string ToString() => $"Trainer({Model.GetType().Name}, {Objective.Settings}, {Optimizer})";

    private static Loss Checked(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Reduction == Reduction.Mean || loss is DenseLoss { Reduction: Reduction.BatchMean } ? loss
            : throw new ArgumentException($"the loss has Reduction.{loss.Reduction}, but training goes down a mean, " +
                "whatever the size of the batches: " +
                (loss is FocalLoss or SoftmaxFocalLoss ? "set Reduction to Mean" : "leave Reduction as it is") +
                ", and scale the learning rate instead.", nameof(loss));
    }

    private static double? CheckedLimit(double? value, string name) => value is null or (> 0 and < double.PositiveInfinity) ? value
        : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; a limit is greater than 0 and finite, and null is none.");
}
