using Surprisal.Cli.Models;
using Surprisal.Cli.Report;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>A network on samples: images, masks, rows of a table.</summary>
internal sealed class SampleSubject : TrainSubject
{
    public override string Network => $"{TrainSetup.Architecture(Options, Data.Train.Dataset)}";

    public static SampleSubject Read(TrainOptions options)
    {
        var random = new Seed(options.Seed);
        var data = TrainData.Load(options, random);
        return new() { Options = options, Data = data, Trainer = TrainSetup.Build(options, data.Train, random) };
    }

    public override void TakeStartingWeights()
    {
        if (Options.From is { } source) StartingWeights.Load(source, Trainer.Model, Network, Data.Train.Dataset.ClassNames, Data.Columns);
    }

    public override RunDisplay Display(TrainVoice voice) => new TrainDisplay(Options, Data, Trainer, voice);

    public override ModelCard Card() => TrainCard.Of(Options, Data, Trainer);

    public override ModelCard Finished(ModelCard card, EvaluationReport tested) =>
        TrainCard.Finished(card, Trainer.Model, Data.Choosing, tested);

    public override TrainReport Describe(TrainReport report, EvaluationReport? last)
    {
        var names = Data.Train.Dataset.ClassNames;
        return report with
        {
            SampleShape = TrainLines.Sample(Data.Train.Dataset.SampleShape),
            Test = last is { MultiLabel: null } one ? new Confusions(names, (t, p) => (long)one.Metrics.Count(t, p)) : null,
            Labels = last?.MultiLabel?.Labels,
            LabelNames = names,
            Notes = Data.Notes,
        };
    }
}
