using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>Options to a trainer: network, loss, optimizer, schedule.</summary>
internal static class TrainSetup
{
    /// <summary>A trainer whose layers draw from <paramref name="random"/>.</summary>
    public static Trainer Build(TrainOptions options, DataLoader train, Seed random)
    {
        if (options.Task == ModelTask.Binary && train.Dataset.ClassNames.Count != 2)
            throw new InvalidDataException($"--loss {TrainLoss.Binary} is for two classes, but there are " +
                $"{train.Dataset.ClassNames.Count}; {TrainLoss.Default} takes any number.");
        if (options.BatchNorm == TrainOptions.BatchNormOfParts && options.BatchSize < 2 * options.Parts)
            throw new InvalidDataException($"--batch-size is {options.BatchSize} and --parts is {options.Parts}; with --batch-norm " +
                $"{TrainOptions.BatchNormOfParts} a part has two samples at least, so {2 * options.Parts} a batch were expected.");
        var architecture = Architecture(options, train.Dataset);
        if (!architecture.IsPossible)
            throw new InvalidDataException($"--size is {options.Size}; {options.Model} halves images twice, " +
                $"so at least {Models.Architecture.SmallestSide} was expected.");
        var model = architecture.Build(random);
        if (options.BatchNorm == TrainOptions.BatchNormOfParts && !model.NamedModules().Any(static named => named.Module is BatchNorm2d))
            throw new InvalidDataException($"--batch-norm {options.BatchNorm} is for models with batch normalisation; " +
                $"{options.Model} has none.");
        var optimizer = Optimizer(options, model);
        var loss = TrainLoss.Of(options, architecture.Classes);
        if (loss is ClassIndexLoss ofClasses && TrainWeights.Of(options.ClassWeights, train.Dataset, ofClasses.IgnoreIndex) is { } weights)
            loss = ofClasses with { Weight = weights };
        return new Trainer(model, loss, optimizer)
        {
            Schedule = Schedule(options, optimizer, Math.Max(1, (train.BatchCount + options.Accumulate - 1) / options.Accumulate)),
            Criterion = options.Task == ModelTask.Pixels ? Criterion.MeanIou : Criterion.Loss,
            KeepGoing = options.KeepGoing,
            AccumulateSteps = options.Accumulate,
            Parts = options.Parts,
            SynchronizeBatchNorm = options.BatchNorm != TrainOptions.BatchNormOfParts,
            Group = LaunchedRanks.Group,
            MaxGradientNorm = options.Clip,
            EarlyStopping = options.EarlyStop is { } patience ? new() { Patience = patience } : null,
        };
    }

    /// <summary>The network that fits the data.</summary>
    public static Architecture Architecture(TrainOptions options, Dataset data) =>
        new(options.Model, data.SampleShape.ToArray(), options.Task == ModelTask.Binary ? 1 : data.ClassNames.Count);

    private static Optimizer Optimizer(TrainOptions options, Module model) => options.Optimizer switch
    {
        "sgd" => new Sgd(model.Parameters(), options.LearningRate, options.Momentum ?? 0.9, options.WeightDecay ?? 0),
        "adamw" => new AdamW(model.Parameters(), options.LearningRate, beta1: options.Momentum ?? 0.9,
            weightDecay: options.WeightDecay ?? 0.01),
        _ => new Adam(model.Parameters(), options.LearningRate, beta1: options.Momentum ?? 0.9, weightDecay: options.WeightDecay ?? 0),
    };

    /// <summary>By epochs; by steps where the rate changes within them.</summary>
    private static Schedule? Schedule(TrainOptions options, Optimizer optimizer, int stepsAnEpoch)
    {
        var steps = (int)Math.Min(int.MaxValue, (long)options.Epochs * stepsAnEpoch);
        var warmUp = (int)Math.Min(steps, (long)Math.Round(options.WarmUp * stepsAnEpoch));
        if (options.Schedule == "one-cycle") return new OneCycleLr(optimizer, options.LearningRate, Math.Max(3, steps));
        if (options.Schedule == "plateau") return new PlateauLr(optimizer);
        if (warmUp == 0)
            return options.Schedule switch
            {
                "cosine" => new CosineLr(optimizer, options.Epochs),
                "step" => new StepLr(optimizer, Math.Max(1, options.Epochs / 3)),
                _ => null,
            };
        return options.Schedule switch
        {
            "cosine" => new WarmUpLr(new CosineLr(optimizer, Math.Max(1, steps - warmUp)) { Unit = ScheduleUnit.Step }, warmUp),
            "step" => new WarmUpLr(
                new StepLr(optimizer, Math.Max(1, options.Epochs / 3) * stepsAnEpoch) { Unit = ScheduleUnit.Step }, warmUp),
            _ => new WarmUpLr(optimizer, warmUp) { Unit = ScheduleUnit.Step },
        };
    }
}
