namespace Surprisal;

/// <summary>Arrays of NumPy with names, in one file: <c>np.savez</c>, <c>np.savez_compressed</c> and <c>np.load</c>.</summary>
/// <remarks>
/// A ZIP archive of .npy members, stored or deflated, of any size. Each array's checksum is compared when its last number has been read in
/// order, or by <see cref="StoredArray.Verify"/>. Arrays are read while the file is open.
/// </remarks>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// var (logits, labels) = (Tensor.Zeros&lt;float>([3, 2]), Tensor.Create&lt;long>([0, 1, 1]));
/// NpzFile.Write(path, new Dictionary&lt;string, Tensor> { ["logits"] = logits, ["targets"] = labels });
/// using (var file = NpzFile.Open(path))
/// {
///     foreach (var entry in file.Entries) Console.WriteLine(entry);
///     // logits float32 [3, 2]
///     // targets int64 [3]
///     var targets = new long[3];
///     file.OpenArray("targets").Read(0, targets);
///     Console.WriteLine(string.Join(" ", targets)); // 0 1 1
/// }
/// System.IO.File.Delete(path);
/// </code></example>
public sealed class NpzFile : IDisposable
{
    // Deflate cannot shrink by more than this factor, so an entry that promises more lies.
    private const int MaxExpansion = IdxFile.MaxExpansion;

    private readonly OpenedFile file;
    private readonly FileRegion region;
    private readonly List<ZipEntry> members;
    private readonly long limit;
    private readonly Lazy<IReadOnlyList<StoredEntry>> entries;

    private NpzFile(OpenedFile file)
    {
        (this.file, region) = (file, file.Region());
        (members, limit) = ZipDirectory.Read(region, file.Path);
        entries = new(() => [.. members.Where(static member => member.IsArray).Select(Describe)]);
    }

    /// <summary>The arrays in the order of the file; those that cannot be opened say why. Reads the beginning of each.</summary>
    public IReadOnlyList<StoredEntry> Entries => entries.Value;

    /// <summary>Opens a file and reads its directory.</summary>
    /// <param name="path">The file. What it is called does not matter.</param>
    /// <exception cref="InvalidDataException">It is no ZIP archive, or a damaged one, or has a name twice.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static NpzFile Open(string path)
    {
        var file = OpenedFile.Open(path, "a file of arrays of NumPy (.npz)");
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes arrays whole or not at all: under a temporary name beside the file, then renamed over what was there.</summary>
    /// <param name="path">The file; what was there before is replaced.</param>
    /// <param name="arrays">The arrays and their names.</param>
    /// <exception cref="ArgumentException">A name is none of a member, or the format has no such type.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    /// <remarks>Not compressed, in the order of the names' bytes, without times: the same arrays give the same bytes.</remarks>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> arrays)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(arrays);
        var members = NpzMember.All(arrays);
        AtomicFile.Write(path, stream => NpzMember.Write(stream, members));
    }

    /// <summary>Opens one array, which is read as long as this file is open.</summary>
    /// <param name="name">Its name, without .npy.</param>
    /// <exception cref="InvalidDataException">There is no such array, or it is damaged, encrypted, or of a type that is not
    /// read.</exception>
    public StoredArray OpenArray(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Open(Find(name), owner: null);
    }

    /// <summary>Closes the file, and with it the arrays that were opened from it.</summary>
    public void Dispose() => file.Dispose();

    internal static NpzFile Open(OpenedFile file)
    {
        if (file.Start is not [(byte)'P', (byte)'K', 3, 4, ..] and not [(byte)'P', (byte)'K', 5, 6, ..])
            throw new InvalidDataException($"{file.Path} is no file of arrays of NumPy (.npz): " +
                (file.CanSeek ? $"{FileSignature.Describe(file.Start)}." : "it is a pipe, and its directory is at its end."));
        return new NpzFile(file);
    }

    /// <summary>Opens an array that closes the file with itself; without a name the only one that there is.</summary>
    internal StoredArray OpenAlone(string? name)
    {
        if (name is null && !members.Exists(static member => member.IsArray))
            throw new InvalidDataException($"{file.Path} is a ZIP archive without arrays of NumPy (.npy){Contents()}.");
        return Open(Find(name ?? StoredEntry.Only(file.Path, Entries).Name), file);
    }

    private string Contents() =>
        members.Exists(static member => member.Name.EndsWith("data.pkl", StringComparison.Ordinal))
        ? ", with a pickle of Python: as torch.save writes" : "";

    private ZipEntry Find(string name) =>
        members.Find(member => member.IsArray && member.ArrayName == name) ?? throw new InvalidDataException(
            $"{file.Path} holds no array \"{OneLine.Short(name)}\"; it holds {(Entries.Count == 0 ? "none" : StoredEntry.List(Entries))}.");

    private StoredArray Open(ZipEntry member, IDisposable? owner)
    {
        var name = $"{file.Path}:{member.ArrayName}";
        if (member.IsEncrypted) throw new InvalidDataException($"{name} is encrypted.");
        if (member.Method is not (0 or 8))
            throw new InvalidDataException($"{name} is compressed by {member.MethodName}; stored or deflated was expected.");
        var start = ZipEntryReader.DataStart(region, member, limit, name);
        return NpyFile.Open(Bytes(member, start, name), name, owner);
    }

    private ArrayBytes Bytes(ZipEntry member, long start, string name)
    {
        var data = file.Region(start, member.CompressedSize, name);
        var checksum = new RunningChecksum(member.Checksum, member.Size, name);
        if (!member.IsDeflated)
            return member.Size == member.CompressedSize
                ? new StoredMember(data, checksum)
                : throw new InvalidDataException(
                    $"{name}: damaged: {member.CompressedSize} bytes are stored, but {member.Size} were expected.");
        if (member.Size / MaxExpansion > member.CompressedSize)
            throw new InvalidDataException(
                $"{name}: the directory promises {member.Size} bytes, more than {member.CompressedSize} of deflated data hold.");
        return new SequentialBytes(new DeflatedStream(data, name), name, member.Size, checksum);
    }

    private StoredEntry Describe(ZipEntry member)
    {
        try
        {
            using var array = Open(member, owner: null);
            return new StoredEntry { Name = member.ArrayName, Type = array.Type, Shape = array.Shape };
        }
        catch (InvalidDataException error)
        {
            return new StoredEntry { Name = member.ArrayName, Refusal = error.Message };
        }
    }
}
