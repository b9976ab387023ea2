using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Inputs;
using Surprisal.Cli.Language;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Mpi;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli;

/// <summary><c>surprisal train</c>: its options, their ranges and defaults.</summary>
internal static class TrainCommand
{
    /// <summary>What --help says below the options.</summary>
    public const string Examples = """
        Without --data, --images or --csv it learns the 1797 handwritten digits that come with the program.
        Splits go class by class and by content: copies stay on one side. The part to validate with chooses the best epoch, whose weights
        are kept and tested once, at the end. --data and --images are brought to mean 0 and deviation 1 of the part to train on.
        The run's folder holds model.safetensors (the best epoch), last.safetensors, checkpoint.safetensors, metrics.csv, log.jsonl,
        options.json and data.json, and report.html, which shows curves, classes and options in any browser, without a network.
        Ctrl-C stops after the batch under way and saves; --resume goes on to the same bits as a run never interrupted.
        With another number of --epochs the learning rate goes on from where it is, without a jump, to other bits.

        Examples:
          surprisal train
          surprisal train --epochs 40 --optimizer sgd --lr 0.05 --out runs/digits-sgd
          surprisal train --data fashion-mnist --epochs 5
          surprisal train --images bank-notes --size 32 --grey
          surprisal train --csv bank-notes.csv --target kind
          surprisal train --images photos --size 64 --flip --shift 4 --colour 0.2
          surprisal train --images photos --masks masks --size 64 --class-weights inverse
          surprisal train --text
          surprisal train --text book.txt --tokens characters --context 256
          surprisal train --resume runs/digits-sgd
        """;

    private const int DefaultParts = 8; // of a launch: as many ranks give the same bits

    private const string WithResume =
        "--epochs, --early-stop, --keep-going, --quiet, --json-log, --tensorboard, --threads, " +
        "--rank-timeout and the new place of moved data";

    public static Command Create()
    {
        var data = Folder("--data", "IDX files as MNIST names them (train-images-idx3-ubyte, ..., .gz or not)");
        var images = Folder("--images",
            "One sub-folder a class with JPEG, PNG, BMP, PGM or PPM images, split by the seed; " +
            "or train, val and test with such sub-folders");
        var (sources, changes, language) = (new SourceArguments(), new ChangeArguments(), new LanguageArguments());
        var size = Positive("--size", "Side in pixels that --images are resized to [default: 28]");
        var grey = Flag("--grey", "Turn --images grey");
        var maxPixels = Whole("--max-pixels", "Refuse --images of more pixels [default: 100000000]", minimum: 1);
        var testShare = Part("--test-share", "How much of each class is for the test, where the data do not say [default: 0.2]");
        var validationShare = Share("--validation-share",
            "How much of each class chooses the best epoch; 0: the test does, and is no test any more [default: 0.1]");
        var skipBad = Flag("--skip-bad", "Leave out --images that cannot be read, instead of stopping before the first step");
        var epochs = Positive("--epochs", "Passes over the training data [default: 20, or 5 with --data]");
        var batchSize = Positive("--batch-size", "Samples a step [default: 32]");
        var rate = PositiveNumber("--lr", "RATE", "Learning rate [default: 0.006, or 0.05 with sgd]");
        var optimizer = Choice("--optimizer", "What moves the weights [default: adam]", TrainOptions.Optimizers);
        var schedule = Choice("--schedule", "How the learning rate goes on [default: cosine]", TrainOptions.Schedules);
        var model = Choice("--model", "The network [default: lenet, mlp with --csv, unet with --masks]", Architecture.Names);
        var loss = Choice("--loss", $"What is made small; {TrainLoss.Binary} is for two classes, with one output, or several labels; " +
            $"{TrainLoss.Linear} is cross-entropy of --text that never holds the logits, {TrainLoss.Dense} the one that does " +
            $"[default: {TrainLoss.Default}, or {TrainLoss.Binary} with --labels]", TrainLoss.Names);
        var lossOptions = TrainLoss.Options();
        var classWeights = Checked("--class-weights", $"{string.Join('|', TrainWeights.Rules)}|W0,W1,...",
            "Weights of the classes: N / (C n), N / n, by the effective number of samples, or numbers [default: all 1]",
            static text => TrainWeights.Complaint(text) is { Length: > 0 } complaint ? (null, complaint) : ((string?)text, ""));
        var weightDecay = Number("--weight-decay", "How much of the weights each step takes away [default: 0, or 0.01 with adamw]", 0);
        var momentum = Number("--momentum", "How much of the last step goes on; of adam the first beta [default: 0.9]", 0, below: 1);
        var clip = PositiveNumber("--clip", "NORM", "Gradients that are longer all together are shortened to this [default: any length]");
        var accumulate = Positive("--accumulate", "Batches a step: as one batch of so many times the size [default: 1]");
        var parts = Positive("--parts", "Parts of a batch, whose gradients are added in one order: the same bits on so many ranks of " +
            $"mpirun or fewer [default: 1, or {DefaultParts} with mpirun]");
        var batchNorm = Choice("--batch-norm", "Over what batch normalisation takes its statistics: parts sends nothing for it, but is " +
            "another model, of at least two samples a part [default: batch]", TrainOptions.BatchNorms);
        var rankTimeout = Positive("--rank-timeout", "Seconds that a rank of mpirun waits for others before it gives up [default: 60]");
        var warmUp = Number("--warm-up", "Epochs over which the learning rate rises, such as 0.5 [default: 0]", 0);
        var earlyStop = Positive("--early-stop", "End after so many epochs that were not better [default: never]");
        var seed = Whole("--seed", "Decides the split, the order and the first weights [default: 0]");
        var seeds = Whole("--seeds", "So many runs, with this seed and those that follow, and how far their results are apart", minimum: 2);
        var folds = Whole("--folds",
            "Cross-validation: cut the part to train on into so many folds, and train without each in turn, to test with it", minimum: 2);
        var output = Folder("--out", "Where to keep the run; must not hold one yet [default: runs/NAME-N]");
        var from = Folder("--from", "Begin with the weights of the run in this folder, or of a safetensors file, instead of random ones; " +
            "where its classes are others, the last layer is made new");
        var resume = Folder("--resume", $"Go on with the run in this folder; only {WithResume} may be given with it");
        var keepGoing = Flag("--keep-going", "Leave out a batch whose loss or gradient is not finite, instead of stopping");
        var quiet = Flag("--quiet", "Print the last line alone");
        var jsonLog = Flag("--json-log", "Print one line of JSON an event, those of log.jsonl, and nothing else");
        var tensorBoard = Flag("--tensorboard", "Write the curves for TensorBoard too, into the run's folder");
        var summary = Flag("--summary", "Print the layers of the network, what comes out of each and its parameters, and train nothing");
        var threads = Positive("--threads", "Threads that a step may use; the result is the same [default: the processors]");
        Option[] exclusive = [.. sources.Fixed, .. language.Fixed, .. changes.All, size, grey, maxPixels, skipBad, testShare,
            validationShare, batchSize, rate, optimizer, momentum, weightDecay, clip, accumulate, parts, batchNorm, schedule, warmUp,
            model, loss, .. lossOptions, classWeights, seed, seeds, folds, from, output, summary];

        var command = new Command("train", "Train a classifier, choose its best epoch, and test it.");
        foreach (var option in (Option[])[data, images, .. sources.All, .. language.All, size, grey, maxPixels, skipBad, testShare,
            validationShare, .. changes.All, epochs, earlyStop, batchSize, accumulate, parts, batchNorm, model, loss, .. lossOptions,
            classWeights, optimizer, rate, momentum, weightDecay, clip, schedule, warmUp, seed, seeds, folds, from, output, resume,
            keepGoing, quiet, jsonLog, tensorBoard, summary, threads, rankTimeout])
            command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var complaint in (string[])
                [.. sources.Complaints(result), .. language.Complaints(result), .. changes.Complaints(result)]) result.AddError(complaint);
            if (result.GetResult(images) is null && result.GetResult(resume) is null && (result.GetResult(size) is not null
                || result.Has(skipBad) || result.Has(grey) || result.GetResult(maxPixels) is not null))
                result.AddError("--size, --grey, --max-pixels and --skip-bad go with --images.");
            // Words, not values: those that cannot be have none.
            var usual = result.Has("--labels") ? TrainLoss.Binary : TrainLoss.Default;
            if (TrainLoss.Complaint(result.Word(loss.Name) ?? usual, TrainLoss.Given(lossOptions, result)) is { } wrong)
                result.AddError(wrong);
            if (result.Word(warmUp.Name) is not null && result.Word(schedule.Name) is "one-cycle" or "plateau")
                result.AddError("--warm-up goes with the schedules cosine, step and constant; one-cycle has its own.");
            if (WarmUpComplaint(result, warmUp, epochs) is { } tooLong) result.AddError(tooLong);
            if (result.GetResult(seeds) is not null && result.GetResult(folds) is not null)
                result.AddError("--seeds and --folds exclude each other.");
            if (result.GetResult(validationShare) is not null && result.GetResult(folds) is not null)
                result.AddError("--validation-share and --folds exclude each other: each fold is what the others are validated with.");
            var outputs = ((Option[])[quiet, jsonLog, summary]).Where(result.Has).Select(static option => option.Name).ToList();
            if (outputs.Count > 1) result.AddError($"{Given.List(outputs)} exclude each other.");
            if (result.Has(testShare) && result.Has(data))
                result.AddError("--test-share goes with data that are not in parts yet; --data has files to test with.");
            foreach (var complaint in Shares.Complaints(result, testShare, validationShare)) result.AddError(complaint);
            foreach (var option in exclusive)
                if (result.GetResult(resume) is not null && result.Has(option))
                    result.AddError($"{option.Name} cannot change in a resumed run; with --resume only {WithResume} may be given.");
        });
        command.SetAction(parsed => LaunchedRanks.Run(() => Train(parsed),
            parsed.GetValue(rankTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        return command;

        int Train(ParseResult parsed)
        {
            if (Cores.Share(LaunchedRanks.Group) is { Length: > 0 } line && LaunchedRanks.Rank == 0) TrainDisplay.Notes([line]);
            if (parsed.GetValue(threads) is { } count) Threads.Count = count;
            var voice = LaunchedRanks.Rank > 0 ? TrainVoice.Silent
                : parsed.GetValue(jsonLog) ? TrainVoice.Json : parsed.GetValue(quiet) ? TrainVoice.Quiet : TrainVoice.Text;
            if (parsed.GetValue(resume) is { } folder)
                return TrainRun.Resume(folder, voice, options => language.Moved(parsed, sources.Moved(parsed, options)) with
                {
                    Epochs = parsed.GetValue(epochs) ?? options.Epochs,
                    Data = SourceArguments.Moved(options.Data, parsed.GetValue(data), "--data"),
                    Images = SourceArguments.Moved(options.Images, parsed.GetValue(images), "--images"),
                    EarlyStop = parsed.GetValue(earlyStop) ?? options.EarlyStop,
                    KeepGoing = parsed.GetValue(keepGoing) || options.KeepGoing,
                    TensorBoard = parsed.GetValue(tensorBoard) || options.TensorBoard,
                });
            var defaults = language.Apply(parsed, changes.Apply(parsed, sources.Apply(parsed, new TrainOptions
            {
                Epochs = parsed.GetValue(data) is null ? TrainOptions.DefaultEpochs : TrainOptions.DefaultEpochsOfFiles
            })));
            var chosen = parsed.GetValue(optimizer) ?? defaults.Optimizer;
            if (LaunchedRanks.Group.Size > 1 && (parsed.GetResult(seeds) ?? parsed.GetResult(folds)) is not null)
                throw new MpiException("--seeds and --folds make one run after the other; begin them without mpirun.");
            Func<TrainOptions, string?, TrainVoice, int> start =
                parsed.GetValue(summary) ? static (options, _, _) => ModelSummary.Print(options)
                : parsed.GetResult(seeds) is not null || parsed.GetResult(folds) is not null ? TrainGroup.Start
                : TrainRun.Start;
            try
            {
                return start(Given(), parsed.GetValue(output), voice);
            }
            catch (BadImagesException error)
            {
                throw new InvalidDataException(error.Advice, error);
            }

            TrainOptions Given() =>
                defaults with
                {
                    Data = parsed.GetValue(data) is { } source ? Path.GetFullPath(source) : null,
                    Images = parsed.GetValue(images) is { } pictures ? Path.GetFullPath(pictures) : null,
                    Size = parsed.GetValue(size) ?? defaults.Size,
                    Grey = parsed.GetValue(grey),
                    MaxPixels = parsed.GetValue(maxPixels) ?? defaults.MaxPixels,
                    SkipBad = parsed.GetValue(skipBad),
                    TestShare = parsed.GetValue(testShare) ?? defaults.TestShare,
                    ValidationShare = parsed.GetValue(validationShare) ?? (parsed.GetValue(folds) is null ? defaults.ValidationShare : 0),
                    Normalize = parsed.GetValue(data) is not null || parsed.GetValue(images) is not null,
                    Epochs = parsed.GetValue(epochs) ?? defaults.Epochs,
                    BatchSize = parsed.GetValue(batchSize) ?? defaults.BatchSize,
                    LearningRate = parsed.GetValue(rate) ?? (chosen == "sgd" ? 0.05 : defaults.LearningRate),
                    Optimizer = chosen,
                    Schedule = parsed.GetValue(schedule) ?? defaults.Schedule,
                    Model = parsed.GetValue(model) ?? defaults.Model,
                    Loss = TrainLoss.Named(parsed.GetValue(loss) ?? defaults.Loss),
                    LossOptions = TrainLoss.Given(lossOptions, parsed.CommandResult),
                    ClassWeights = parsed.GetValue(classWeights),
                    WeightDecay = parsed.GetValue(weightDecay),
                    Momentum = parsed.GetValue(momentum),
                    Clip = parsed.GetValue(clip),
                    Accumulate = parsed.GetValue(accumulate) ?? defaults.Accumulate,
                    Parts = parsed.GetValue(parts) ?? (LaunchedRanks.IsLaunched ? DefaultParts : defaults.Parts),
                    BatchNorm = parsed.GetValue(batchNorm) ?? defaults.BatchNorm,
                    WarmUp = parsed.GetValue(warmUp) ?? defaults.WarmUp,
                    EarlyStop = parsed.GetValue(earlyStop),
                    Seed = parsed.GetValue(seed) ?? defaults.Seed,
                    Seeds = Count(parsed.GetValue(seeds)),
                    Folds = Count(parsed.GetValue(folds)),
                    From = parsed.GetValue(from) is { } weights ? Path.GetFullPath(weights) : null,
                    KeepGoing = parsed.GetValue(keepGoing),
                    TensorBoard = parsed.GetValue(tensorBoard),
                };
        }
    }

    /// <summary>A rate that would still rise when training ends; whatever is no number has a complaint of its own.</summary>
    private static string? WarmUpComplaint(CommandResult result, Option warmUp, Option epochs)
    {
        if (!Numeral.TryNumber(result.Word(warmUp.Name) ?? "", out var rising) || result.Has("--resume")) return null;
        var all = Numeral.TryWhole(result.Word(epochs.Name) ?? "", out var given) ? given
            : result.Has("--text") ? LanguageArguments.DefaultEpochs
            : result.Has("--data") ? TrainOptions.DefaultEpochsOfFiles : TrainOptions.DefaultEpochs;
        return rising <= all ? null
            : $"--warm-up is {result.Word(warmUp.Name)}, but --epochs is {all}; as many epochs at most were expected.";
    }

    private static Option<double?> Share(string name, string description) => Number(name, description, 0, below: 1);

    private static int? Count(long? number) => number is { } given ? (int)Math.Min(given, int.MaxValue) : null;
}
