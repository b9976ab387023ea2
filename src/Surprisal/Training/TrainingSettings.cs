using System.Globalization;

namespace Surprisal.Training;

/// <summary>
/// Everything beside numbers in memory that decides how training goes on, as named texts: what a checkpoint keeps and compares.
/// </summary>
internal static class TrainingSettings
{
    private const string Classes = "classes", Parts = "parts of a batch", BatchNorm = "batch normalisation";

    /// <summary>Settings that files from before there was a choice do not have.</summary>
    private static readonly Dictionary<string, string> usual = new(StringComparer.Ordinal)
    {
        [Parts] = "1", [BatchNorm] = "over the batch",
    };

    /// <summary>The texts, the same in every culture, also where modules and optimizers of the user's write them.</summary>
    public static Dictionary<string, string> Collect(Trainer trainer, DataLoader train)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return new(StringComparer.Ordinal)
            {
                ["model"] = trainer.Model.ToString(),
                ["loss"] = $"{trainer.Objective.Settings}",
                ["optimizer"] = trainer.Optimizer.Settings,
                ["schedule"] = trainer.Schedule is not { } schedule ? "none"
                    : schedule.Settings + (schedule.Unit == ScheduleUnit.Step ? ", step by step" : ""),
                ["criterion"] = trainer.Criterion.Name,
                ["limit of the gradients' norm"] = trainer.MaxGradientNorm is { } limit ? $"{limit}" : "none",
                ["limit of the gradients' values"] = trainer.MaxGradientValue is { } most ? $"{most}" : "none",
                ["batches a step"] = $"{trainer.AccumulateSteps}",
                [Parts] = $"{trainer.Parts}",
                [BatchNorm] = trainer.NormalizesParts ? "over each part" : usual[BatchNorm],
                ["batch size"] = $"{train.BatchSize}",
                ["order"] = train.Order,
                ["sample shape"] = train.Dataset.SampleShape.ToString(),
                ["preparation"] = train.Dataset.Preparation,
                [Classes] = string.Join('\n', train.Dataset.ClassNames),
                ["data"] = train.Fingerprint,
            };
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>What a checkpoint with these settings lacks, because it was written before they were kept.</summary>
    public static List<string> Missing(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> present) =>
        [.. present.Keys.Where(name => !usual.ContainsKey(name) && !saved.ContainsKey(name))];

    /// <summary>What a file keeps: what is usual as files from before there was a choice.</summary>
    public static Dictionary<string, string> Kept(Dictionary<string, string> settings)
    {
        foreach (var (name, value) in usual)
            if (settings[name] == value) settings.Remove(name);
        return settings;
    }

    /// <summary>Each setting that is not what was saved, with both sides; of many lines the first that differs.</summary>
    public static List<string> Differences(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> present) =>
        [.. from setting in present
            let before = saved.GetValueOrDefault(setting.Key) ?? usual.GetValueOrDefault(setting.Key, setting.Value)
            where before != setting.Value
            select Difference(setting.Key, before, setting.Value)];

    private static string Difference(string name, string saved, string present)
    {
        var (before, now) = (saved.Split('\n'), present.Split('\n'));
        if (before.Length == 1 && now.Length == 1) return $"its {name} is \"{saved}\", here it is \"{present}\"";
        var line = 0;
        while (line < before.Length && line < now.Length && before[line] == now[line]) line++;
        string Line(string[] lines) => line < lines.Length ? $"\"{lines[line].Trim()}\"" : "none";
        var place = name == Classes ? $"class {line}" : $"{name}, line {line + 1},";
        return $"its {place} is {Line(before)}, here it is {Line(now)}";
    }
}
