using Surprisal.Cli.Models;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>The weights that a new run begins with: a safetensors file, or the model of another run.</summary>
internal static class StartingWeights
{
    private const int MaxListed = 3;

    /// <summary>Takes every layer; all but the last where its classes are others.</summary>
    /// <exception cref="InvalidDataException">Not a safetensors file, or weights of another model; the message names the file.</exception>
    /// <param name="path">The file, or the folder of a run.</param>
    /// <param name="model">What takes them.</param>
    /// <param name="network">What messages call it.</param>
    /// <param name="classNames">Its classes.</param>
    /// <param name="columns">What its inputs are; null where they come from no table.</param>
    public static void Load(string path, Module model, string network, IReadOnlyList<string> classNames, IReadOnlyList<TableInput>? columns)
    {
        path = ModelPlace.Find(path, "a safetensors file");
        var (tensors, metadata) = Safetensors.Read(path);
        var card = ModelCard.IsIn(metadata) ? ModelCard.Read(path, metadata) : null;
        CheckColumns(path, card?.Columns, columns);
        // Masks say the number of a class, whatever it is called.
        var isNamedAnew = card is { Task: ModelTask.Pixels } && card.ClassNames.Count == classNames.Count
            && (card.HasNumbersForNames || ModelCard.AreNumbers(classNames));
        var before = isNamedAnew ? classNames : card?.ClassNames;
        var own = model.StateDictionary();
        var last = model.NamedParameters().Last().Name;
        last = last[..(last.LastIndexOf('.') + 1)];
        if (before is null ? !Fits(tensors, own, last) : !before.SequenceEqual(classNames, StringComparer.Ordinal))
        {
            tensors = tensors.Where(named => !IsLast(named.Key)).Concat(own.Where(named => IsLast(named.Key)))
                .ToDictionary(StringComparer.Ordinal);
            if (own.Keys.All(IsLast))
                throw new InvalidDataException($"{path}: its classes are others, and this network has no layer but the last, " +
                    "which would be made new: nothing would be left to begin with.");
            TrainDisplay.Notes([$"{path}: {(before is null ? "another number of classes" : $"its classes are {FewNames.Of(before)}")}; " +
                $"the last layer, {last.TrimEnd('.')}, is made new"]);
        }
        try
        {
            model.LoadStateDictionary(tensors);
        }
        catch (ArgumentException error)
        {
            if (card is not null && $"{card.Architecture}" is var learned && learned != network)
                throw new InvalidDataException($"{path}: it is {learned}, but here is {network}; the same network was expected: " +
                    "--model, --size and --grey decide it.", error);
            throw new InvalidDataException($"{path}: {Commands.Plain(Few(error.Message))}", error);
        }

        bool IsLast(string name) => name.StartsWith(last, StringComparison.Ordinal);
    }

    /// <summary>Weights belong to the inputs that they were learned for: the same columns and texts, in the same order.</summary>
    private static void CheckColumns(string path, IReadOnlyList<TableInput>? learned, IReadOnlyList<TableInput>? given)
    {
        if (learned is null || given is null || learned.SelectMany(Inputs).SequenceEqual(given.SelectMany(Inputs))) return;
        throw new InvalidDataException($"{path}: it learned from the columns {Names(learned)}, but here are {Names(given)}; " +
            "the same columns, with the same texts and in the same order, were expected.");

        static IEnumerable<(string, string?)> Inputs(TableInput column) =>
            column.Texts?.Select(text => (column.Name, (string?)text)) ?? [(column.Name, null)];

        static string Names(IReadOnlyList<TableInput> columns) => FewNames.OfTexts([.. columns.Select(static column =>
            column.Texts is { } texts ? $"{CsvText.Quote(column.Name)} ({FewNames.Of(texts)})" : CsvText.Quote(column.Name))]);
    }

    /// <summary>The first of what does not fit.</summary>
    private static string Few(string message)
    {
        var problems = message.Split("; ");
        return problems.Length <= MaxListed ? message
            : $"{string.Join("; ", problems.Take(MaxListed))}; and {problems.Length - MaxListed} more.";
    }

    /// <summary>Whether the last layer is of the same sizes; one that is not there at all is another fault.</summary>
    private static bool Fits(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, Tensor> own, string last) =>
        own.Where(named => named.Key.StartsWith(last, StringComparison.Ordinal))
            .All(named => !tensors.TryGetValue(named.Key, out var given) || given.Shape == named.Value.Shape);
}
