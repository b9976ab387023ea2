using System.CommandLine;
using Surprisal.Cli.Inputs;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Tables;
using Surprisal.Metrics;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Evaluate;

/// <summary><c>surprisal evaluate</c>: its options, their ranges and defaults.</summary>
internal static class EvaluateCommand
{
    /// <summary>What --help says below the options.</summary>
    public const string Examples = """
        Scores are [N, C], targets [N]; [N, C, H, W] with [N, H, W] are pixels. FILE:NAME is one array of a file of several,
        'part-*.npy' all files of that name, in the order of their names, numbers by size. Files are read in blocks, whatever
        their size: .npy, .npz, .safetensors, text with a header (.csv); Arrow and Parquet with the package Surprisal.Cli.Columnar.
        Rows whose target is --ignore-index, of weight 0, or with NaN are left out and counted on the first line.

        --run scores the best weights of a training on its own part to test with, or on other samples of the same classes: --images in
        sub-folders, --images with --labels or --masks, or a --table, whichever the model learned from. Texts of a table that were in no
        row to learn from are 0 in all inputs of their column, as in training, and told. The page of --report shows what the hardest
        rows look like.

        Examples:
          surprisal evaluate --run runs/digits-lenet-1 --report report.html
          surprisal evaluate --run runs/photos-unet-1 --images more-photos --masks more-masks
          surprisal evaluate --run runs/bank-notes-mlp-1 --table more.csv
          surprisal evaluate --logits logits.npy --targets targets.npy
          surprisal evaluate --hidden hidden.npy --head model.safetensors:lm_head.weight --targets targets.npy
          surprisal evaluate --probabilities model.npz:p --targets model.npz:y --class-names names.txt --report report.html
          surprisal evaluate --logits 'part-*.npy' --targets targets.npy --shard 2/4 --json part2.json
          surprisal merge part1.json part2.json part3.json part4.json
        """;

    /// <param name="formats">Formats of tables beside text.</param>
    public static Command Create(params IReadOnlyList<TableFormat> formats)
    {
        var run = new RunArguments();
        var logits = Files("--logits", "Scores as the model's last layer gives them");
        var hidden = Files("--hidden", "Hidden states [N, H] instead of scores: --head makes logits of them, a block at a time");
        var head = Checked("--head", "FILE", "With --hidden: the weight of the last layer, [classes, H]",
            static text => ((string?)text, ""));
        var bias = Checked("--bias", "FILE", "With --hidden: the bias of the last layer", static text => ((string?)text, ""));
        var probabilities = Files("--probabilities", "Scores after softmax or sigmoid");
        var logProbabilities = Files("--log-probabilities", "Scores after log-softmax");
        var targets = Files("--targets", "The class of each row, from 0; any integer type");
        var sampleWeights = Files("--sample-weights", "How often each row counts");
        var binary = Flag("--binary", "The scores are one column, of class 1");
        var multiLabel = Flag("--multi-label", "Each column is a label of its own, with a target 0 or 1 of its own");
        var classNames = Checked("--class-names", "FILE", "The names of the classes, one a line", static text => ((string?)text, ""));
        var weight = Checked("--weight", "W0,W1,...", "A weight a class, for the loss", ReadWeights);
        var ignoreIndex = Whole("--ignore-index", "The target of rows that are left out [default: -100]");
        var smoothing = Share("--label-smoothing", "How much of the target the loss spreads over all classes [default: 0]");
        var clip = Share("--clip", "The least probability of a target that the loss goes by [default: 0]");
        var topK = Positive("--top-k", "Among how many classes the target may be [default: 5, or all]");
        var bins = Positive("--bins", "Bins of calibration [default: 15]");
        var seed = Whole("--seed", "Draws the intervals [default: 0]");
        var ranking = Flag("--ranking", "ROC-AUC and average precision also above 1,024 classes");
        var exact = Flag("--exact", "ROC-AUC and average precision without a bound, by sorting on disk: 8 bytes a score");
        var strict = Flag("--strict", "The first invalid row is an error");
        var shard = Checked("--shard", "I/N", "Score part I of N of the samples, to merge afterwards", ReadShard);
        var temperature = Flag("--temperature", "Fit the temperature also of more than 20 million logits");
        var noTemperature = Flag("--no-temperature", "Do not fit the temperature");
        var rows = FileName("--rows", "Write loss and outcome of each row (.npz), for 'surprisal compare'");
        var output = new OutputOptions(", which merges");
        var memory = Checked("--memory", "SIZE", "How much of an Arrow or Parquet file is held at a time [default: 1GB]", ReadMemory);
        var threads = Positive("--threads", "Threads that may be used; the result is the same [default: the processors]");

        Option[] ofClasses = [exact, weight, smoothing, topK, bins, seed];

        var command = new Command("evaluate", "Score a model's outputs: loss, accuracy, ranking, calibration.");
        foreach (var option in (Option[])[.. run.All, logits, hidden, head, bias, probabilities, logProbabilities, targets,
            sampleWeights, binary, multiLabel, classNames, weight, ignoreIndex, smoothing, clip, topK, bins, seed, ranking, exact, strict,
            shard, temperature, noTemperature, rows, .. output.All, memory, threads])
            command.Add(option);
        command.Validators.Add(result =>
        {
            var isRun = run.IsGiven(result);
            foreach (var option in (Option[])[logits, hidden, head, bias, probabilities, logProbabilities, targets, sampleWeights, binary,
                multiLabel, classNames, memory])
                if (isRun && result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} and --run exclude each other: scores, targets and classes are the model's.");
            foreach (var complaint in run.Complaints(result)) result.AddError(complaint);
            var given = new Option[] { logits, hidden, probabilities, logProbabilities }
                .Count(option => result.GetResult(option) is not null);
            if (given != 1 && !isRun)
                result.AddError("one of --logits, --hidden, --probabilities and --log-probabilities was expected, or --run: " +
                    "what the scores are is never guessed.");
            if ((result.GetResult(hidden) is null) != (result.GetResult(head) is null))
                result.AddError("--hidden and --head go together: the head makes logits of hidden states.");
            if (result.GetResult(bias) is not null && result.GetResult(head) is null) result.AddError("--bias goes with --head.");
            if (result.GetResult(targets) is null && !isRun) result.AddError("--targets was expected: the class of each row.");
            Exclude(result, binary, multiLabel);
            Exclude(result, temperature, noTemperature);
            foreach (var option in ofClasses.Where(option => result.Has(option) && result.Has(multiLabel)))
                result.AddError($"{option.Name} and --multi-label exclude each other: {option.Name} goes with one class a row.");
            if (result.Has(topK) && result.Has(binary))
                result.AddError("--top-k and --binary exclude each other: of two classes, both are among the first two.");
            if (result.Has(clip) && !result.Has(probabilities) && !result.Has(logProbabilities))
                result.AddError("--clip goes with --probabilities or --log-probabilities: the loss of logits is finite without it.");
            if (result.GetResult(exact) is { Implicit: false } && result.GetResult(shard) is { Implicit: false })
                result.AddError("--exact and --shard exclude each other: an exact ranking needs all rows in one run.");
            if (result.GetResult(rows) is not null && result.GetResult(multiLabel) is { Implicit: false })
                result.AddError("--rows and --multi-label exclude each other: of several labels, some right and some wrong, " +
                    "a row is no hit or miss.");
        });
        command.SetAction(parsed => LaunchedRanks.Run(() => Evaluate(parsed), timeout: null));
        return command;

        int Evaluate(ParseResult parsed)
        {
            if (Cores.Share(LaunchedRanks.Group) is { Length: > 0 } line && LaunchedRanks.Rank == 0) TrainDisplay.Notes([line]);
            if (parsed.GetValue(threads) is { } count) Threads.Count = count;
            var (scores, kind) = parsed.GetResult(logits) is not null ? (logits, ScoreKind.Logits)
                : parsed.GetResult(probabilities) is not null ? (probabilities, ScoreKind.Probabilities)
                : parsed.GetResult(logProbabilities) is not null ? (logProbabilities, ScoreKind.LogProbabilities)
                : (logits, ScoreKind.Logits);
            return EvaluateRun.Start(new EvaluateOptions
            {
                Scores = ShardNames.Expand(parsed.GetValue(scores) ?? []),
                Hidden = ShardNames.Expand(parsed.GetValue(hidden) ?? []),
                Head = parsed.GetValue(head),
                HeadBias = parsed.GetValue(bias),
                Kind = kind,
                Targets = ShardNames.Expand(parsed.GetValue(targets) ?? []),
                SampleWeights = ShardNames.Expand(parsed.GetValue(sampleWeights) ?? []),
                IsBinary = parsed.GetValue(binary),
                IsMultiLabel = parsed.GetValue(multiLabel),
                ClassNames = parsed.GetValue(classNames),
                Weight = parsed.GetValue(weight),
                IgnoreIndex = parsed.GetValue(ignoreIndex) ?? run.Of(parsed)?.IgnoreIndex() ?? -100,
                LabelSmoothing = parsed.GetValue(smoothing) ?? 0,
                Clip = parsed.GetValue(clip) ?? 0,
                TopK = parsed.GetValue(topK),
                Bins = parsed.GetValue(bins) ?? 15,
                Seed = parsed.GetValue(seed) ?? 0,
                Ranking = parsed.GetValue(ranking) ? true : null,
                IsExact = parsed.GetValue(exact),
                OfClasses = [.. ofClasses.Where(parsed.CommandResult.Has).Select(static option => option.Name)],
                IsStrict = parsed.GetValue(strict),
                Shard = parsed.GetValue(shard) ?? (1, 1),
                FitsTemperature = parsed.GetValue(temperature) ? true : parsed.GetValue(noTemperature) ? false : null,
                Output = output.Of(parsed) with { Rows = parsed.GetValue(rows) },
                Memory = parsed.GetValue(memory) ?? TableRequest.DefaultMemory,
                Formats = [new CsvFormat(), .. formats],
            }, run.Of(parsed));
        }
    }

    private static void Exclude(System.CommandLine.Parsing.CommandResult result, Option<bool> one, Option<bool> other)
    {
        if (result.GetResult(one) is { Implicit: false } && result.GetResult(other) is { Implicit: false })
            result.AddError($"{one.Name} and {other.Name} exclude each other.");
    }

    /// <summary>Several files follow each other: the shell expands a pattern before we see it.</summary>
    private static Option<string[]?> Files(string name, string description) =>
        new(name) { HelpName = "FILE", Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };

    private static Option<double?> Share(string name, string description) =>
        Checked<double?>(name, "SHARE", description, static text =>
            Numeral.TryNumber(text, out var value) && value is >= 0 and <= 1 ? (value, "")
            : (null, $"a number from 0 to 1 was expected{Numeral.Hint(text, whole: false)}."));

    private static (ClassWeights? Value, string Complaint) ReadWeights(string text)
    {
        var weights = new List<double>();
        foreach (var part in text.Split(','))
        {
            if (!Numeral.TryNumber(part, out var value) || value < 0)
                return (null, $"'{part}' is no weight; numbers of 0 or more were expected, such as 1,2,5.");
            weights.Add(value);
        }
        return ([.. weights], "");
    }

    private static (long? Value, string Complaint) ReadMemory(string text) =>
        ByteCount.TryRead(text, out var bytes) ? (bytes, "") : (null, "a number of bytes was expected, such as 500MB or 4GB.");

    internal static ((int, int)? Value, string Complaint) ReadShard(string text) =>
        text.Split('/') is [var part, var parts] && Numeral.TryWhole(part, out var i) && Numeral.TryWhole(parts, out var n)
            && i >= 1 && i <= n && n <= int.MaxValue
            ? (((int)i, (int)n), "") : (null, "a part and how many there are were expected, from 1/1 on, such as 2/4.");
}
