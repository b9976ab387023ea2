namespace Surprisal.Training;

/// <summary>
/// The class folders of a folder, the images in them, and what else lies there: counted, with the first of each kind by name.
/// </summary>
internal sealed class ImageListing
{
    private readonly Dictionary<(string One, string Several), (int Count, string First)> skipped = [];

    private readonly List<string> disguised = [];

    private ImageListing(string folder, string[] classFolders) => (Folder, ClassFolders) = (folder, classFolders);

    public string Folder { get; }

    public string[] ClassFolders { get; }

    /// <summary>The names of the classes, in ordinal order.</summary>
    public string[] ClassNames => [.. ClassFolders.Select(path => Path.GetFileName(path)!)];

    /// <summary>The images with the place of their class, in ordinal order.</summary>
    public List<(string Path, int Class)> Files { get; } = [];

    /// <summary>How many of the images could not be read, and were left out.</summary>
    public int Unreadable { get; set; }

    /// <summary>A sentence for each kind of thing that was skipped, or is not what its name says.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            foreach (var (kind, (count, first)) in skipped)
                yield return $"skipped {count} {(count == 1 ? $"{kind.One}: {first}" : $"{kind.Several}, the first is {first}")}";
            if (disguised.Count > 0)
                yield return $"{disguised.Count} image{(disguised.Count == 1 ? " has the name" : "s have names")} of another kind, " +
                    $"but {(disguised.Count == 1 ? "is" : "are")} read: {ContentSplit.Listed(disguised)}";
            if (Unreadable > 0) yield return $"left out {Unreadable} of {Files.Count} images, which cannot be read";
        }
    }

    /// <exception cref="InvalidDataException">There are fewer class folders than that, or one has no images.</exception>
    public static ImageListing Read(string folder, int minClasses)
    {
        var classes = Visible(Directory.GetDirectories(folder));
        if (classes.Length < minClasses) throw new InvalidDataException(TooFew(folder, classes));
        var listing = new ImageListing(folder, classes);
        foreach (var path in Visible(Directory.GetFiles(folder)))
            if (ImageFile.KindOfOther(path) is not { } other)
                listing.Skip(("image beside the class folders", "images beside the class folders"), path);
            else if (other.One.EndsWith("image", StringComparison.Ordinal) && !other.One.StartsWith("file", StringComparison.Ordinal))
                listing.Skip(other, path);
        var empty = new List<(string Folder, string Instead)>();
        for (var i = 0; i < classes.Length; i++)
            if (listing.AddClass(i) is { } instead) empty.Add((classes[i], instead));
        if (empty.Count == 0) return listing;
        throw new InvalidDataException(
            (empty is [var (one, others)] ? $"{one}: the class folder has no images{others}"
                : $"{folder}: {empty.Count} class folders have no images: " +
                    ContentSplit.Listed([.. empty.Select(static none => Path.GetFileName(none.Folder))])) +
            $"; {ImageFile.Expected} files were expected.");
    }

    /// <summary>All images in a folder and in those within it, which have no classes.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static ImageListing ReadAll(string folder)
    {
        var listing = new ImageListing(folder, [folder]);
        var others = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (IsWithinHidden(folder, path)) continue;
            else if (ImageFile.KindOfOther(path) is not { } other) listing.Files.Add((path, 0));
            else
            {
                listing.Skip(other, path);
                others.Add(other.One);
            }
        return listing.Files.Count > 0 ? listing
            : throw new InvalidDataException(
                $"{folder}: the folder has no images{Instead(others)}; {ImageFile.Expected} files were expected.");
    }

    /// <summary>Images by their paths within a folder, in that order, which is their only class.</summary>
    public static ImageListing Of(string folder, IReadOnlyList<string> files)
    {
        var listing = new ImageListing(folder, [Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))]);
        listing.Files.AddRange(files.Select(file => (Path.Combine(folder, file), 0)));
        return listing;
    }

    /// <summary>Without what programs leave behind for themselves.</summary>
    public static string[] Visible(string[] paths)
    {
        string[] visible = [.. paths.Where(static path => !IsHidden(path))];
        Array.Sort(visible, StringComparer.Ordinal);
        return visible;
    }

    /// <summary>Null where the class has images; else what it has instead, to follow "no images".</summary>
    private string? AddClass(int index)
    {
        var before = Files.Count;
        var others = new List<string>();
        foreach (var path in Visible(Directory.GetFiles(ClassFolders[index])))
            if (ImageFile.KindOfOther(path) is { } other)
            {
                Skip(other, path);
                others.Add(other.One);
            }
            else
            {
                Files.Add((path, index));
                if (ImageFile.Disguise(path) is { } kind) disguised.Add($"{Path.GetRelativePath(Folder, path)} is {kind}");
            }
        foreach (var inner in Visible(Directory.GetDirectories(ClassFolders[index])))
        {
            Skip(("folder inside a class folder", "folders inside class folders"), inner + Path.DirectorySeparatorChar);
            others.Add("folder");
        }
        return Files.Count > before ? null : Instead(others);
    }

    /// <summary>What lies where no images do, to follow "no images".</summary>
    private static string Instead(List<string> others)
    {
        var found = others.CountBy(static kind => kind).Select(static pair => $"{pair.Value} x {pair.Key}").ToList();
        return found.Count > 0 ? $" that are read, but {string.Join(", ", found)}" : "";
    }

    private void Skip((string, string) kind, string path)
    {
        var (count, first) = skipped.GetValueOrDefault(kind, (0, Path.GetRelativePath(Folder, path)));
        skipped[kind] = (count + 1, first);
    }

    private static string TooFew(string folder, string[] classes)
    {
        var found = classes.Length == 0 ? "no sub-folders" : $"only the sub-folder {Path.GetFileName(classes[0])}";
        var inner = classes.Length == 1 && Visible(Directory.GetDirectories(classes[0])).Length > 1 ? $"; did you mean {classes[0]}?" : "";
        return $"{folder}: the folder has {found}; one for each of at least two classes was expected{(inner.Length > 0 ? inner : ".")}";
    }

    private static bool IsWithinHidden(string folder, string path)
    {
        for (var part = path; part.Length > folder.Length; part = Path.GetDirectoryName(part)!)
            if (IsHidden(part)) return true;
        return false;
    }

    private static bool IsHidden(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith('.') || name is "__MACOSX" or "@eaDir" or "Thumbs.db" or "desktop.ini"
            || (OperatingSystem.IsWindows()
                && (File.GetAttributes(path) & (FileAttributes.Hidden | FileAttributes.System)) != FileAttributes.None);
    }
}
