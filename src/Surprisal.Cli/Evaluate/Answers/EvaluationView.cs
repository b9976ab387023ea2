using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>What table, CSV and page show of an evaluation, computed once.</summary>
internal sealed record EvaluationView
{
    private const int MostPictures = 10;

    /// <summary>The rows: how many counted, and why others did not.</summary>
    public required IReadOnlyList<(string What, long Count)> Rows { get; init; }

    /// <summary>The numbers in groups: the group's name, then each number with its interval or bound, or NaN.</summary>
    public required IReadOnlyList<(string Group, IReadOnlyList<Figured> Numbers)> Groups { get; init; }

    public required IReadOnlyList<ClassReport> Classes { get; init; }

    public required Func<int, string> NameOf { get; init; }

    public IReadOnlyList<ConfusedPair> Pairs { get; init; } = [];

    public IReadOnlyList<HardRow> HardestRows { get; init; } = [];

    /// <summary>Of pixels of a run's pictures: those that are hardest as wholes.</summary>
    public IReadOnlyList<HardPicture> HardestPictures { get; init; } = [];

    /// <summary>The model whose rows these are, and which knows their files and pictures; null for files of scores.</summary>
    public RunScores? Run { get; init; }

    /// <summary>What should be known about the numbers.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public ClassificationReport? Report { get; init; }

    /// <summary>Whether each class is a label of its own.</summary>
    public bool AreLabels => Report is null;

    /// <summary>Whether the rows are pixels.</summary>
    public bool ArePixels { get; init; }

    /// <summary>a taken for b; of a row that is right, whose loss is large all the same, that it was found.</summary>
    public string Outcome(HardRow row) => row.Target == row.Predicted ? $"{Quoted(row.Target)}, found" : Taken(row.Target, row.Predicted);

    /// <summary>row 15, from 0 as in the arrays; line 17 of a table, from 1 with its header, as messages say it.</summary>
    public string PlaceOf(HardRow row) => Run?.LineOf(row.Row) is { } line ? $"line {line}" : $"row {row.Row}";

    /// <summary>a taken for b.</summary>
    public string Taken(int target, int predicted) => $"{Quoted(target)} taken for {Quoted(predicted)}";

    /// <summary>In quotes where a comma in it would make two names of it.</summary>
    private string Quoted(int index) => CsvText.Quote(NameOf(index));

    public static EvaluationView Of(EvaluationResult result) =>
        result.Classes is { } metrics ? OfClasses(result, metrics.Report()) : OfLabels(result, result.Labels!.Report());

    private static EvaluationView OfClasses(EvaluationResult result, ClassificationReport report)
    {
        List<string> notes = result.Run is { } run ? [run.Description] : [];
        var wilson = WilsonOf(report, result.ArePixels);
        if (wilson is not null)
            notes.Add($"intervals: fewer than {WilsonInterval.Few} rows are right, or wrong. That of the accuracy is Wilson's; others " +
                "come of replicates of the rows, which know too little of so few, and are too narrow.");
        var calibration = new List<Figured>
        {
            new("Brier", report.Brier, Figured.HalfWidthOf(report.BrierInterval)),
            new("ECE", report.Ece, Figured.HalfWidthOf(report.EceInterval)), new("MCE", report.MaximumCalibrationError),
            new("ECE of equal mass", report.EqualMassEce), new("class-wise ECE", report.ClassWiseEce),
        };
        var groups = new List<(string, IReadOnlyList<Figured>)>
        {
            ("loss",
            [
                new("log-loss", report.Loss, Figured.HalfWidthOf(report.LossInterval)) { Unit = "nats" },
                new("perplexity", report.Perplexity),
                new("bits", report.Bits), new("sum", report.Loss * report.Weight) { Unit = "nats" },
            ]),
            ("accuracy",
            [
                wilson is null ? new("accuracy", report.Accuracy, Figured.HalfWidthOf(report.AccuracyInterval))
                    : new("accuracy", report.Accuracy) { Wilson = wilson },
                .. report.Classes.Count > report.TopK ? [new Figured($"top-{report.TopK}", report.TopKAccuracy)] : Array.Empty<Figured>(),
                new("balanced", report.BalancedAccuracy),
                new("MCC", report.MatthewsCorrelation, Figured.HalfWidthOf(report.MatthewsCorrelationInterval)),
                new("kappa", report.Kappa),
            ]),
            ("averages",
            [
                .. result.ArePixels ? [new Figured("mean IoU", report.MeanIou)] : Array.Empty<Figured>(),
                new("macro F1", report.MacroF1, Figured.HalfWidthOf(report.MacroF1Interval)),
                new("precision", report.MacroPrecision),
                new("recall", report.MacroRecall), new("weighted F1", report.WeightedF1),
            ]),
        };
        var classes = RankedClasses.Of(report.Classes, result.ExactRanking);
        if (RankedClasses.Numbers(classes) is { Count: > 0 } ranking)
        {
            groups.Add(("ranking", ranking));
            if (result.ExactRanking is not null) notes.Add("ranking: exact, by sorting all rows.");
            if (classes.Count(static c => !double.IsNaN(c.Auc)) is var defined && defined < classes.Count)
                notes.Add($"ranking: {defined} of {classes.Count} classes have both sides, and make the mean.");
        }
        groups.Add(("calibration", calibration));
        if (result.Temperature is { } fit)
        {
            groups.Add(("temperature",
            [
                new("T", fit.Temperature) { Unit = $"({fit.State.ToString().ToLowerInvariant()})" },
                new("log-loss at T", fit.Loss) { Unit = "nats" },
                .. result.AfterTemperature is { } after ? [new Figured("ECE at T", after.Ece)] : Array.Empty<Figured>(),
            ]));
            notes.Add(fit.State switch
            {
                TemperatureState.Undefined => "temperature: no row to fit it to.",
                TemperatureState.Flat => "temperature: all rows are constant; none changes anything.",
                TemperatureState.Zero => "temperature: every target has its row's largest logit; the loss falls towards T = 0.",
                TemperatureState.Infinite => "temperature: the loss falls towards an infinite T; the scores say nothing about the targets.",
                _ => "temperature: fitted to the rows that it is judged by, which flatters; apply it to others.",
            });
            if (fit.State == TemperatureState.Finite && result.AfterTemperature is null)
                notes.Add("temperature: the ECE at T needs the scores; it is known where one run has all of them.");
        }
        if (result.LacksTemperatures) notes.Add("temperature: not all parts have one, so all together have none.");
        if (report.Classes.Count > 2048) notes.Add("more than 2,048 classes: pairs of classes are counted sparsely.");
        return new EvaluationView
        {
            Rows =
            [
                ("counted", report.Counted), ("ignored", report.Ignored), ("of weight 0", report.ZeroWeight), ("invalid", report.Invalid),
                ("not normalised", report.NotNormalised), ("of infinite loss", report.InfiniteLoss),
            ],
            Groups = groups, Classes = classes, NameOf = result.NameOf, Pairs = report.ConfusedPairs,
            HardestRows = report.HardestRows, Run = result.Run,
            HardestPictures = result is { ArePixels: true, Run: { } scored }
                ? scored.HardestPictures(result.Options.IgnoreIndex, MostPictures) : [],
            Notes = notes, Report = report, ArePixels = result.ArePixels,
        };
    }

    /// <summary>Where replicates know too little; null elsewhere, and of rows that are weighted or pixels of one image.</summary>
    private static WilsonInterval? WilsonOf(ClassificationReport report, bool arePixels) =>
        arePixels || report.Counted == 0 || report.Weight != report.Counted
            || Math.Min(report.Correct, report.Counted - report.Correct) >= WilsonInterval.Few
            ? null : WilsonInterval.Of(report.Correct, report.Counted);

    private static EvaluationView OfLabels(EvaluationResult result, MultiLabelReport report) => new()
    {
        Rows = [("counted", report.Counted), ("ignored", report.Ignored), ("of weight 0", report.ZeroWeight), ("invalid", report.Invalid)],
        Groups =
        [
            ("loss", [new Figured("log-loss a label", report.Loss) { Unit = "nats" }]),
            ("accuracy", [new Figured("subset accuracy", report.SubsetAccuracy), new Figured("Hamming loss", report.HammingLoss)]),
            ("averages", [new Figured("macro F1", report.MacroF1), new Figured("micro F1", report.MicroF1),
                new Figured("samples F1", report.SamplesF1), new Figured("weighted F1", report.WeightedF1)]),
            ("ranking", [new Figured("LRAP", report.LabelRankingPrecision), new Figured("AUC", report.Auc)]),
        ],
        Classes = report.Labels, NameOf = result.NameOf, Notes = result.Run is { } run ? [run.Description] : [],
    };
}
