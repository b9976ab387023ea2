namespace Surprisal.Training;

/// <summary>The four files of a folder of IDX files, and what they are called there.</summary>
internal sealed class IdxFiles
{
    private static readonly string[] endings = ["-idx#-ubyte", ".idx#-ubyte", ".idx#", "-idx#-int"];
    private static readonly string[] compressions = ["", ".gz"];

    private IdxFiles(string folder, string prefix, string?[] paths) =>
        (Folder, Prefix, TrainImages, TrainLabels, TestImages, TestLabels) = (folder, prefix, paths[0]!, paths[1]!, paths[2]!, paths[3]!);

    public string Folder { get; }

    /// <summary>What stands before train-images: empty, or emnist-letters-.</summary>
    public string Prefix { get; }

    public string TrainImages { get; }

    public string TrainLabels { get; }

    public string TestImages { get; }

    public string TestLabels { get; }

    public bool IsEmnist => Prefix.StartsWith("emnist-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the names of the classes may stand.</summary>
    public string NamesPath => Path.Combine(Folder, "classes.txt");

    /// <summary>Where EMNIST has the characters of its labels.</summary>
    public string MappingPath => Path.Combine(Folder, $"{Prefix}mapping.txt");

    public static IdxFiles Find(string folder, string? name)
    {
        RequiredFolder.Check(folder, $"one with the files {Expected("train-images", 3)}, {Expected("train-labels", 1)}, " +
            $"{Expected("t10k-images", 3)} and {Expected("t10k-labels", 1)} was expected");
        var prefix = name is null ? Guess(folder) : name.Length == 0 ? "" : $"{name}-";
        var test = prefix.Length > 0 && Find(folder, $"{prefix}t10k-images", 3) is null ? "test" : "t10k";
        (string Stem, int Rank)[] parts =
            [($"{prefix}train-images", 3), ($"{prefix}train-labels", 1), ($"{prefix}{test}-images", 3), ($"{prefix}{test}-labels", 1)];
        var paths = parts.Select(part => Find(folder, part.Stem, part.Rank)).ToArray();
        if (paths.Contains(null))
            throw new FileNotFoundException($"{folder}: the folder has no "
                + $"{string.Join(", no ", parts.Where((_, i) => paths[i] is null).Select(part => Expected(part.Stem, part.Rank)))}; "
                + "each is also found as .gz or with .idx in place of -idx.");
        return new IdxFiles(folder, prefix, paths);
    }

    public static long[] Labels(string path)
    {
        var labels = IdxFile.Read(path, integers: true);
        return labels.Shape.Rank == 1 ? labels.Integers
            : throw new InvalidDataException($"{path}: labels of shape {labels.Shape}; one dimension [N] was expected.");
    }

    public static IdxFile Images(string path)
    {
        var images = IdxFile.Read(path);
        return images.Shape.Rank is 3 or 4 ? images
            : throw new InvalidDataException(
                $"{path}: images of shape {images.Shape}; [N, H, W] or [N, C, H, W] was expected.");
    }

    /// <summary>What stands before train-images in the only set of the folder; nothing where MNIST's own names are there.</summary>
    private static string Guess(string folder)
    {
        const string mark = "-train-images";
        if (Find(folder, "train-images", 3) is not null) return "";
        string[] found = [.. Directory.GetFiles(folder).Select(static path => Path.GetFileName(path))
            .Where(static file => file.Contains($"{mark}-idx", StringComparison.Ordinal)
                || file.Contains($"{mark}.idx", StringComparison.Ordinal))
            .Select(static file => file[..file.IndexOf(mark, StringComparison.Ordinal)])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return found.Length switch
        {
            0 => "",
            1 => $"{found[0]}-",
            _ => throw new InvalidDataException($"{folder}: the folder has {string.Join(", ", found)}; the name of one was expected."),
        };
    }

    private static string Expected(string stem, int rank) => $"{stem}-idx{rank}-ubyte";

    private static string? Find(string folder, string stem, int rank) =>
        (from compression in compressions
         from ending in endings
         let path = Path.Combine(folder, stem + ending.Replace("#", rank.ToString(), StringComparison.Ordinal) + compression)
         where File.Exists(path)
         select path).FirstOrDefault();
}
