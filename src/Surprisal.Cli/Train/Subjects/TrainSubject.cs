using Surprisal.Cli.Language;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Report;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What a run trains, made from its options: a network on samples, or a language model on a text. Nothing is written.</summary>
internal abstract class TrainSubject
{
    /// <summary>What decides it.</summary>
    public required TrainOptions Options { get; init; }

    public required Trainer Trainer { get; init; }

    public required TrainData Data { get; init; }

    /// <summary>The network in words: lenet of 1 x 28 x 28 to 10 classes.</summary>
    public abstract string Network { get; }

    /// <summary>Reads the data and makes the network; the seed's next numbers decide the data first, then the layers.</summary>
    public static TrainSubject Of(TrainOptions options)
    {
        if (LaunchedRanks.Group.Size > options.Parts)
            throw new MpiException(
                $"there are {LaunchedRanks.Group.Size} ranks, but --parts is {options.Parts}; a rank has at least one part.");
        return options.Text is null ? SampleSubject.Read(options) : LanguageSubject.Read(options);
    }

    /// <summary>Takes the weights that --from names, if it does.</summary>
    public abstract void TakeStartingWeights();

    public abstract RunDisplay Display(TrainVoice voice);

    /// <summary>What the file of the model says before the first epoch.</summary>
    public abstract ModelCard Card();

    /// <summary>The same with what the end brings.</summary>
    public virtual ModelCard Finished(ModelCard card, EvaluationReport tested) => card;

    /// <summary>The page with what is known of this kind of data.</summary>
    /// <param name="report">What all kinds have.</param>
    /// <param name="last">What the weights last looked at gave; null before the first epoch.</param>
    public abstract TrainReport Describe(TrainReport report, EvaluationReport? last);
}
