using System.Text.Json.Serialization;
using Surprisal.Cli.Language;
using Surprisal.Cli.Models;

namespace Surprisal.Cli;

/// <summary>Everything that decides the outcome of a training run; kept beside its results.</summary>
internal sealed partial record TrainOptions
{
    public static readonly string[] Optimizers = ["adam", "adamw", "sgd"],
        Schedules = ["cosine", "step", "one-cycle", "plateau", "constant"],
        Samplers = ["shuffled", Weighted], ModelsOfTables = ["mlp", "linear"], BatchNorms = ["batch", BatchNormOfParts];

    public const string Weighted = "weighted", BatchNormOfParts = "parts";

    public const int DefaultEpochs = 20, DefaultEpochsOfFiles = 5;

    /// <summary>A folder of IDX files; null for the other sources.</summary>
    public string? Data { get; init; }

    /// <summary>A folder with one sub-folder of images a class; null for the other sources.</summary>
    public string? Images { get; init; }

    /// <summary>A table that says which labels each of the images has; null where each has one class.</summary>
    public string? Labels { get; init; }

    /// <summary>A folder with a mask of the classes of each image's pixels; null where each image has one class.</summary>
    public string? Masks { get; init; }

    /// <summary>What the classes 0, 1, ... of masks are called; null for their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>A table in text; null for the other sources.</summary>
    public string? Csv { get; init; }

    /// <summary>What a language model learns from; null for the other sources.</summary>
    public LanguageOptions? Text { get; init; }

    /// <summary>Its column of the classes, and those that are no inputs or whose numbers are names: names or places.</summary>
    public string? Target { get; init; }

    public IReadOnlyList<string> IgnoreColumns { get; init; } = [];

    public IReadOnlyList<string> CategoryColumns { get; init; } = [];

    public int Size { get; init; } = 28;

    public bool Grey { get; init; }

    /// <summary>The shares of each class to test with and to validate with, where the data do not say.</summary>
    public double TestShare { get; init; } = 0.2;

    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Whether each channel is brought to mean 0 and deviation 1 of the part to train on.</summary>
    public bool Normalize { get; init; }

    /// <summary>Whether images that cannot be read are left out instead of ending the run before it begins.</summary>
    public bool SkipBad { get; init; }

    /// <summary>How samples change while the model learns: see <see cref="Inputs.ChangeArguments"/>; 0 for not at all.</summary>
    public bool Flip { get; init; }
    public int Shift { get; init; }
    public double Rotate { get; init; }
    public double Colour { get; init; }
    public double Mixup { get; init; }
    public double CutMix { get; init; }

    /// <summary>How the samples of an epoch are drawn.</summary>
    public string Sampler { get; init; } = "shuffled";

    public int Epochs { get; init; } = DefaultEpochs;

    /// <summary>Images of more pixels are refused.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    public int BatchSize { get; init; } = 32;

    public double LearningRate { get; init; } = 0.006;

    public string Optimizer { get; init; } = "adam";

    public string Schedule { get; init; } = "cosine";

    public string Model { get; init; } = "lenet";

    /// <summary>The loss, and what it was told as on the command line.</summary>
    public string Loss { get; init; } = TrainLoss.Default;

    public IReadOnlyList<string> LossOptions { get; init; } = [];

    /// <summary>A rule of <see cref="TrainWeights"/> or numbers with commas; null for none.</summary>
    public string? ClassWeights { get; init; }

    /// <summary>Null for the optimizer's default.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Of Adam the first beta.</summary>
    public double? Momentum { get; init; }

    /// <summary>The longest that all gradients together may be; null for any.</summary>
    public double? Clip { get; init; }

    /// <summary>Batches a step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Of a batch, added in one order whatever the number of ranks.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Over what batch normalisation takes its statistics.</summary>
    public string BatchNorm { get; init; } = BatchNorms[0];

    /// <summary>For how many epochs the rate rises.</summary>
    public double WarmUp { get; init; }

    /// <summary>After how many epochs that were not better training ends; null for never.</summary>
    public int? EarlyStop { get; init; }

    public long Seed { get; init; }

    /// <summary>How many runs with this seed and those that follow make a group; null for one run.</summary>
    public int? Seeds { get; init; }

    /// <summary>Into how many folds the part to train on is cut; null for none.</summary>
    public int? Folds { get; init; }

    /// <summary>The fold that this run is tested with, from 1; null for the group of all folds.</summary>
    public int? Fold { get; init; }

    /// <summary>Whether these are the options of several runs: see <see cref="GroupParts"/>.</summary>
    [JsonIgnore]
    public bool IsGroup => Seeds is not null || (Folds is not null && Fold is null);

    /// <summary>The file or the run whose weights it began with; null for weights from the seed.</summary>
    public string? From { get; init; }

    /// <summary>Whether a batch with a loss or a gradient that is not finite is left out instead of ending the run.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Whether event files are written.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The name of the data for people: digits, or the folder's.</summary>
    [JsonIgnore]
    public string Source => Text is not null ? Text.Source : (Csv is not null ? Path.GetFileNameWithoutExtension(Csv)
        : Path.GetFileName((Data ?? Images)?.TrimEnd(Path.DirectorySeparatorChar))) is { Length: > 0 } name ? name : "digits";

    /// <summary>Whether both end after the same epochs: what cannot change in a group of runs.</summary>
    public bool EndsAs(TrainOptions other) => Epochs == other.Epochs && EarlyStop == other.EarlyStop;

    /// <summary>The options that name data, and where those are.</summary>
    [JsonIgnore]
    public IEnumerable<(string Option, string Path)> Places =>
        new[] { ("--data", Data), ("--images", Images), ("--masks", Masks), ("--labels", Labels), ("--csv", Csv), ("--text", Text?.File) }
            .Where(static place => place.Item2 is not null).Select(static place => (place.Item1, place.Item2!));

    [JsonIgnore]
    public ModelTask Task => Text is not null ? ModelTask.Text : Masks is not null ? ModelTask.Pixels
        : Labels is not null ? ModelTask.Labels : Loss == TrainLoss.Binary ? ModelTask.Binary : ModelTask.Classes;

    [JsonIgnore]
    public bool ChangesSamples => Flip || Shift > 0 || Rotate > 0 || Colour > 0 || Mixup > 0 || CutMix > 0;
}

/// <summary>JSON for the options, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrainOptions))]
internal sealed partial class OptionsJson : JsonSerializerContext;
