using System.Globalization;

namespace Surprisal.Training;

/// <summary>The classes of labels in IDX files, and which of them a label is.</summary>
internal sealed class IdxClasses
{
    private readonly Dictionary<long, long>? places;

    private IdxClasses(string[] names, Dictionary<long, long>? places) => (Names, this.places) = (names, places);

    public string[] Names { get; }

    /// <summary>The classes of all labels, from files of names where there are some.</summary>
    public static IdxClasses Of(IdxFiles files, long[] trainLabels, long[] testLabels)
    {
        (long[], string)[] labels = [(trainLabels, files.TrainLabels), (testLabels, files.TestLabels)];
        if (files.IsEmnist && File.Exists(files.MappingPath)) return Mapped(files.MappingPath, labels);
        return new IdxClasses(ClassNames(files.NamesPath, labels), null);
    }

    /// <summary>The place of a label among the classes.</summary>
    public long Target(long label) => places is null ? label : places[label];

    /// <summary>EMNIST's lines: a label and the codes of its characters, of which the first names the class.</summary>
    private static IdxClasses Mapped(string path, (long[] Labels, string Path)[] files)
    {
        var characters = new SortedDictionary<long, string>();
        foreach (var (number, line) in File.ReadAllLines(path).Index())
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words.Length < 2 || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var label)
                || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 33 or > 126
                || !characters.TryAdd(label, $"{(char)code}"))
                throw new InvalidDataException($"{path}: line {number + 1} is \"{OneLine.Short(line)}\"; " +
                    "a new label and the codes of its characters were expected, such as 10 65.");
        }
        var places = characters.Keys.Index().ToDictionary(static pair => pair.Item, static pair => (long)pair.Index);
        var (file, at) = First(files, label => !places.ContainsKey(label));
        if (file is not null)
            throw new InvalidDataException($"{file}: label {at} is {files.Single(one => one.Path == file).Labels[at]}, " +
                $"but {path} has no such label.");
        return new IdxClasses([.. characters.Values], places);
    }

    private static string[] ClassNames(string path, (long[] Labels, string Path)[] files)
    {
        var used = files.SelectMany(static file => file.Labels).Distinct().Order().ToList();
        if (used[0] < 0)
        {
            var (negative, place) = First(files, static found => found < 0);
            throw new InvalidDataException($"{negative}: label {place} is {used[0]}; classes are 0, 1, ...");
        }
        if (used.Count < 2)
            throw new InvalidDataException($"{files[0].Path}: all labels are {used[0]}; at least two classes were expected.");
        if (File.Exists(path)) return Named(path, files);
        // Without names, a label that leaves numbers unused is more likely a mistake than a class: 255 after 0 to 9 would make 256 classes.
        var gap = used.Where((label, i) => label != i).Select(static label => (long?)label).FirstOrDefault();
        if (gap is not { } label) return [.. used.Select(static label => $"{label}")];
        var (file, at) = First(files, found => found == label);
        var unused = used.FindIndex(one => one == label);
        throw new InvalidDataException(
            $"{file}: label {at} is {label}, but no label is {(unused == label - 1 ? $"{unused}" : $"{unused} to {label - 1}")}; "
            + $"classes are 0, 1, ... without a gap, or named in {path}, one a line.");
    }

    /// <summary>The lines of the file of names; a label beyond them is refused, one that nothing has is not.</summary>
    private static string[] Named(string path, (long[] Labels, string Path)[] files)
    {
        string[] names = [.. File.ReadAllText(path).TrimEnd().Split('\n').Select(static line => line.Trim())];
        var blank = Array.IndexOf(names, "");
        if (blank >= 0) throw new InvalidDataException($"{path}: line {blank + 1} is blank; every class needs a name.");
        if (files.SelectMany(static file => file.Labels).Max() is var greatest && greatest < names.Length) return names;
        var (file, at) = First(files, found => found >= names.Length);
        var label = files.Single(one => one.Path == file).Labels[at];
        throw new InvalidDataException($"{path}: the file has {names.Length} lines, but label {at} of {Path.GetFileName(file)} is " +
            $"{label}; the labels go up to {greatest}, so {greatest + 1} names, one a line, were expected.");
    }

    /// <summary>The first label for which that is true: in which file, if any, and its place from 0.</summary>
    private static (string? Path, int At) First((long[] Labels, string Path)[] files, Predicate<long> isMeant) =>
        files.Select(file => (file.Path, At: Array.FindIndex(file.Labels, isMeant))).FirstOrDefault(static place => place.At >= 0);
}
