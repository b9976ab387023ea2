using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cli.Models;

namespace Surprisal.Cli;

/// <content>options.json.</content>
internal sealed partial record TrainOptions
{
    private const int MaxSize = 4096;

    public string ToJson() => JsonText.Serialize(this, OptionsJson.Default.TrainOptions);

    /// <summary>The options in a file; those that it lacks have their defaults.</summary>
    /// <exception cref="InvalidDataException">Missing, damaged, or an option that is unknown or cannot be; the message names the file and
    /// the option.</exception>
    public static TrainOptions Read(string path)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllBytes(path)) is not JsonObject given)
                throw new InvalidDataException($"{path}: not the options of a run; an object in braces was expected.");
            // What older versions did not know was not done.
            var defaults = new TrainOptions { Epochs = given["data"] is null ? DefaultEpochs : DefaultEpochsOfFiles, ValidationShare = 0 };
            // deserializing alone would make what is missing 0
            var options = JsonSerializer.SerializeToNode(defaults, OptionsJson.Default.TrainOptions)!.AsObject();
            foreach (var (name, value) in given)
            {
                if (!options.ContainsKey(name))
                    throw new InvalidDataException($"{path}: the option {name} is unknown; " +
                        $"this program knows {string.Join(", ", options.Select(static option => option.Key))}.");
                options[name] = value?.DeepClone();
            }
            return options.Deserialize(OptionsJson.Default.TrainOptions)!.Checked(path);
        }
        catch (JsonException error)
        {
            var problem = error.Path is { Length: > 2 } at
                ? $"{at[2..]} is not of the kind that was expected"
                : $"line {error.LineNumber + 1} is not JSON";
            throw new InvalidDataException($"{path}: not the options of a run: {problem}.", error);
        }
    }

    private TrainOptions Checked(string path)
    {
        foreach (var (name, value) in new (string, long)[] { ("epochs", Epochs), ("batchSize", BatchSize), ("maxPixels", MaxPixels),
            ("accumulate", Accumulate), ("parts", Parts), ("earlyStop", EarlyStop ?? 1) })
            Check(name, value, value > 0, "a whole number from 1");
        Check("size", Size, Size is > 0 and <= MaxSize, $"a whole number from 1 to {MaxSize}");
        Check("learningRate", LearningRate, LearningRate > 0 && double.IsFinite(LearningRate), "a number greater than 0");
        Check("optimizer", Optimizer, Optimizers.Contains(Optimizer), $"one of {string.Join(", ", Optimizers)}");
        Check("schedule", Schedule, Schedules.Contains(Schedule), $"one of {string.Join(", ", Schedules)}");
        Check("text", Text, Text is null || (Data ?? Images ?? Csv ?? Text.Complaint()) is null, "one that can be, and no other source");
        Check("model", Model, Text is not null || Architecture.Names.Contains(Model), $"one of {string.Join(", ", Architecture.Names)}");
        Check("testShare", TestShare, TestShare is > 0 and < 1, "a number between 0 and 1");
        Check("validationShare", ValidationShare, ValidationShare >= 0 && ValidationShare + TestShare < 1,
            "a number from 0, and with testShare below 1");
        Check("loss", Loss, TrainLoss.Names.Contains(Loss), $"one of {string.Join(", ", TrainLoss.Names)}");
        Check("classWeights", ClassWeights, ClassWeights is null || TrainWeights.Complaint(ClassWeights).Length == 0,
            "the name of a rule or numbers with commas");
        Check("weightDecay", WeightDecay, WeightDecay is null or (>= 0 and < double.PositiveInfinity), "a number from 0");
        Check("momentum", Momentum, Momentum is null or (>= 0 and < 1), "a number from 0 to below 1");
        Check("clip", Clip, Clip is null || (Clip > 0 && double.IsFinite(Clip.Value)), "a number greater than 0");
        Check("warmUp", WarmUp, WarmUp >= 0 && double.IsFinite(WarmUp), "a number from 0");
        Check("seeds", Seeds, Seeds is null or > 1, "a whole number from 2");
        Check("folds", Folds, Folds is null || (Folds > 1 && Seeds is null && ValidationShare == 0),
            "a whole number from 2, with neither seeds nor a validationShare");
        Check("fold", Fold, Fold is null || (Fold > 0 && Fold <= Folds), "a whole number from 1 to folds");
        Check("images", Images, Images is null || Data is null, "none beside data");
        Check("csv", Csv, Csv is null || (Data ?? Images) is null, "none beside data and images");
        Check("target", Target, (Target is null) == (Csv is null), "a column with csv, and none without it");
        Check("model", Model, Csv is null || ModelsOfTables.Contains(Model), $"one of {string.Join(", ", ModelsOfTables)} with csv");
        Check("labels", Labels, Labels is null || (Images is not null && Loss == TrainLoss.Binary),
            $"a table beside images, and the loss {TrainLoss.Binary}");
        Check("masks", Masks, Masks is null || (Images is not null && Labels is null && Loss != TrainLoss.Binary),
            $"a folder beside images, without labels and the loss {TrainLoss.Binary}");
        Check("classNames", ClassNames?.Count, ClassNames is null || Masks is not null, "none without masks");
        Check("model", Model, (Model == Architecture.PerPixel) == (Masks is not null),
            $"{Architecture.PerPixel} with masks, and only then");
        Check("loss", Loss, Text is not null || Loss != TrainLoss.Linear, "one of logits without a text");
        Check("loss", Loss, Masks is not null || !TrainLoss.OfRegions.Contains(Loss), "one of regions with masks only");
        Check("shift", Shift, Shift is >= 0 and <= 4096, "a whole number from 0 to 4096");
        foreach (var (name, value, most) in new[] { ("rotate", Rotate, 180), ("colour", Colour, 1), ("mixup", Mixup, 100),
            ("cutMix", CutMix, 100) })
            Check(name, value, value >= 0 && value <= most, $"a number from 0 to {most}");
        Check("batchNorm", BatchNorm, BatchNorms.Contains(BatchNorm), $"one of {string.Join(", ", BatchNorms)}");
        Check("sampler", Sampler, Samplers.Contains(Sampler), $"one of {string.Join(", ", Samplers)}");
        return this;

        void Check(string name, object? value, bool isLegal, string expected)
        {
            if (!isLegal)
                throw new InvalidDataException(FormattableString.Invariant($"{path}: {name} is {value}; {expected} was expected."));
        }
    }
}
