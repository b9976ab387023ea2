using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Inputs;
using Surprisal.Cli.Loss;

namespace Surprisal.Cli;

/// <summary>
/// The losses that a classifier can be trained with, and their options: those of <see cref="LossTable"/> that take logits and classes, so
/// that a new loss of the library is here by itself; and binary cross-entropy of logits.
/// </summary>
internal static class TrainLoss
{
    public const string Default = "cross-entropy", Binary = "bce", Linear = "linear", Dense = "dense";

    /// <summary>The options of cross-entropy that it has too where it never makes the logits.</summary>
    private static readonly string[] ofLinear = ["--ignore-index", "--label-smoothing", "--z-loss", "--soft-cap", "--temperature"];

    /// <summary>What training decides by itself, or has a better word for.</summary>
    private static readonly string[] notHere = ["--reduction", "--normalizer", "--when-empty", "--weight"];

    private static readonly (string Name, LossEntry Entry)[] entries =
    [
        .. LossTable.All.Where(static entry => entry is { TakesLogits: true, Plain: ClassIndexLoss or RegionLoss })
            .Select(static entry => (entry.Name, entry)),
        (Binary, LossTable.All.Single(static entry => entry.Plain is BceWithLogitsLoss)),
    ];

    /// <summary>Those that compare the pixels of a class as a whole, so that they need masks.</summary>
    public static string[] OfRegions { get; } =
        [.. entries.Where(static entry => entry.Entry.Plain is RegionLoss).Select(static entry => entry.Name)];

    public static string[] Names { get; } = [.. entries.Select(static entry => entry.Name), Linear, Dense];

    /// <summary>The options of all losses, each once, as texts; which loss has one is said behind its description.</summary>
    public static IReadOnlyList<Option> Options()
    {
        var options = new List<Option>();
        foreach (var group in entries.SelectMany(static entry => Settings(entry.Entry).Select(setting => (entry.Name, setting.Option)))
            .GroupBy(static pair => pair.Option.Name, StringComparer.Ordinal))
        {
            var (first, losses) = (group.First().Option, group.Select(static pair => pair.Name).ToList());
            var description = losses.Count == entries.Length ? first.Description! : $"{string.Join(", ", losses)}: {first.Description}";
            options.Add(IsFlag(first) ? CheckedOption.Flag(first.Name, description)
                : CheckedOption.Checked(first.Name, first.HelpName ?? "X", description, static text => ((string?)text, "")));
        }
        return options;
    }

    /// <summary>The arguments that were given for the loss: each option's name, and its value where it takes one.</summary>
    public static IReadOnlyList<string> Given(IReadOnlyList<Option> options, CommandResult parsed) =>
    [
        // a value that is missing has a complaint of its own
        .. options.Where(option => parsed.Has(option) && (IsFlag(option) || parsed.Word(option.Name) is not null)).SelectMany(option =>
            option is Option<string?> text ? new[] { option.Name, Placed(parsed.GetValue(text)!) } : [option.Name]),
    ];

    /// <summary>The one name of a loss that has two: dense is what cross-entropy is beside linear.</summary>
    public static string Named(string name) => name == Dense ? Default : name;

    /// <summary>What is wrong with the arguments of a loss, in one line; null where nothing is, or there is no such loss.</summary>
    public static string? Complaint(string name, IReadOnlyList<string> arguments)
    {
        if (!Names.Contains(name)) return null;
        try
        {
            var loss = Make(name, arguments);
            if (loss is BceWithLogitsLoss { PosWeight: { } factors } && !AreFactors(factors))
                return $"--pos-weight is {factors}; numbers of at least 0, not all of them 0, were expected.";
            return entries.FirstOrDefault(entry => entry.Name == Named(name)).Entry is { } entry
                ? LossSetting.Complaints(Settings(entry), arguments.Contains).FirstOrDefault() : null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>The loss of that name with such arguments.</summary>
    /// <exception cref="InvalidDataException">No such loss, or an option that it does not have or that cannot be; in one line.</exception>
    public static Surprisal.Loss Make(string name, IReadOnlyList<string> arguments)
    {
        name = Named(name);
        if (name == Linear) return MakeLinear(arguments);
        var entry = Array.Find(entries, entry => entry.Name == name).Entry
            ?? throw new InvalidDataException($"--loss is '{name}'; one of {string.Join(", ", Names)} was expected.");
        var command = new Command(name);
        foreach (var setting in Settings(entry)) command.Add(setting.Option);
        foreach (var argument in arguments)
            if (argument.StartsWith("--", StringComparison.Ordinal) && !Settings(entry).Any(setting => setting.Option.Name == argument))
                throw new InvalidDataException($"{argument} is no option of the loss {name}.");
        var parsed = command.Parse([.. arguments]);
        if (parsed.Errors.Count > 0) throw new InvalidDataException(parsed.Errors[0].Message);
        return Settings(entry).Aggregate(entry.Plain, (loss, setting) => setting.Apply(loss, parsed));
    }

    /// <summary>The loss of a run, whose options fit the outputs of its network.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Make"/>; or other numbers of weights than outputs.</exception>
    public static Surprisal.Loss Of(TrainOptions options, int outputs)
    {
        var loss = Make(options.Loss, options.LossOptions);
        if (loss is CrossEntropyLoss { Prior: { } prior } && prior.Count != outputs)
            throw new InvalidDataException($"--prior has {Counted.Of(prior.Count, "number")}, " +
                $"but there are {outputs} classes; each needs one.");
        if (loss is BceWithLogitsLoss { PosWeight: { } factors }
            && (factors.Shape.Rank > 1 || (factors.Count != 1 && factors.Count != outputs)))
            throw new InvalidDataException($"--pos-weight is {factors}; " +
                (outputs == 1 ? "one number, that of the second class, was expected."
                    : $"a number for each of the {outputs} labels was expected, or one for all."));
        return loss;
    }

    private static LinearCrossEntropyLoss MakeLinear(IReadOnlyList<string> arguments)
    {
        foreach (var argument in arguments)
            if (argument.StartsWith("--", StringComparison.Ordinal) && !ofLinear.Contains(argument))
                throw new InvalidDataException($"{argument} is no option of the loss {Linear}.");
        var dense = (CrossEntropyLoss)Make(Default, arguments);
        return new LinearCrossEntropyLoss
        {
            IgnoreIndex = dense.IgnoreIndex, LabelSmoothing = dense.LabelSmoothing, ZLoss = dense.ZLoss, SoftCap = dense.SoftCap,
            Temperature = dense.Temperature,
        };
    }

    private static IEnumerable<LossSetting> Settings(LossEntry entry) =>
        entry.Settings.Where(static setting => !notHere.Contains(setting.Option.Name));

    /// <summary>A run may go on in another folder, so a file has its whole name.</summary>
    private static string Placed(string text) => File.Exists(text) ? Path.GetFullPath(text) : text;

    private static bool AreFactors(ElementWeights weights) =>
        weights.All(static weight => weight >= 0 && double.IsFinite(weight)) && weights.Any(static weight => weight > 0);

    private static bool IsFlag(Option option) => option.Arity.MaximumNumberOfValues == 0;
}
