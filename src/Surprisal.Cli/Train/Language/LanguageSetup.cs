using Surprisal.Cli.Ranks;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>Options to a trainer of a language model, as GPT-2 and its followers are trained.</summary>
internal static class LanguageSetup
{
    private const double Beta2 = 0.95, LastRate = 0.1;

    public static Trainer Build(TrainOptions options, LanguageData data, Seed random)
    {
        var language = options.Text!;
        var model = new Gpt(data.Table.Count, language.Context, random, language.Width, language.Layers, language.Heads, language.Dropout,
            language.Epsilon);
        var optimizer = new AdamW(ParameterGroup.WithoutDecayOfVectors(model), options.LearningRate, options.Momentum ?? 0.9, Beta2,
            weightDecay: options.WeightDecay ?? 0.1);
        var stepsAnEpoch = (data.Batches.Train.BatchCount + options.Accumulate - 1) / options.Accumulate;
        var steps = (int)Math.Min(int.MaxValue, (long)options.Epochs * stepsAnEpoch);
        var warmUp = (int)Math.Clamp((long)Math.Round(options.WarmUp * stepsAnEpoch), 1, steps);
        return new Trainer(model, TrainLoss.Of(options, data.Table.Count), optimizer)
        {
            Schedule = options.Schedule == "constant" ? new WarmUpLr(optimizer, warmUp) { Unit = ScheduleUnit.Step }
                : new WarmUpLr(new CosineLr(optimizer, Math.Max(1, steps - warmUp), LastRate * options.LearningRate)
                {
                    Unit = ScheduleUnit.Step,
                }, warmUp),
            KeepGoing = options.KeepGoing,
            AccumulateSteps = options.Accumulate,
            Parts = options.Parts,
            Group = LaunchedRanks.Group,
            MaxGradientNorm = options.Clip ?? 1,
            EarlyStopping = options.EarlyStop is { } patience ? new() { Patience = patience } : null,
        };
    }
}
