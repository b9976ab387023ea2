namespace Surprisal;

/// <summary>A file of named tensors that is read in blocks, where <see cref="Safetensors"/> reads whole tensors.</summary>
/// <remarks>
/// The header, of 100,000,000 bytes at most, is read in pieces; every byte of the data belongs to exactly one tensor. Tensors whose
/// numbers are not
/// read, of 8 bits say, are in the list and spoil none beside them. Tensors are read while the file is open.
/// </remarks>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// var logits = Tensor.Create&lt;float>([1, 2, 3, 4], [2, 2]);
/// Safetensors.Write(path, new Dictionary&lt;string, Tensor> { ["logits"] = logits, ["n"] = Tensor.Scalar(3L) });
/// using (var file = SafetensorsFile.Open(path))
/// {
///     foreach (var entry in file.Entries) Console.WriteLine(entry);
///     // n int64 []
///     // logits float32 [2, 2]
///     var row = new double[2];
///     file.OpenArray("logits").Read(first: 2, row);
///     Console.WriteLine(string.Join(" ", row)); // 3 4
/// }
/// System.IO.File.Delete(path);
/// </code></example>
public sealed class SafetensorsFile : IDisposable
{
    private readonly OpenedFile file;
    private readonly List<SafetensorsHeader.Entry> tensors;
    private readonly long start;

    private SafetensorsFile(OpenedFile file)
    {
        this.file = file;
        var stream = new FileRegion.RegionStream(file.Region());
        (tensors, var metadata) = SafetensorsHeader.Parse(stream, file.Length);
        start = file.Length - stream.Left;
        Metadata = metadata;
        Entries = tensors.ConvertAll(static tensor => new StoredEntry { Name = tensor.Name, Type = tensor.Type, Shape = tensor.Shape });
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<StoredEntry> Entries { get; }

    /// <summary>The words kept with them; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file. What it is called does not matter.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged; the message says what it is.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = OpenedFile.Open(path, "a safetensors file");
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

    /// <summary>Opens one tensor, which is read as long as this file is open.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, or one of a type that is not read.</exception>
    public StoredArray OpenArray(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Open(name, owner: null);
    }

    /// <summary>Closes the file, and with it the tensors that were opened from it.</summary>
    public void Dispose() => file.Dispose();

    internal static SafetensorsFile Open(OpenedFile file)
    {
        if (!file.CanSeek) throw new InvalidDataException($"{file.Path} is a pipe; a safetensors file was expected.");
        if (!IsOne(file.Start) && FileSignature.Kind(file.Start) is { } kind)
            throw new InvalidDataException($"{file.Path} is not a valid safetensors file: it is {kind}.");
        try
        {
            return new SafetensorsFile(file);
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(file.Path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{file.Path} is not a valid safetensors file: {OneLine.Of(error.Message)}",
                error.InnerException);
        }
    }

    /// <summary>Whether a header begins where it must, after a length that may be.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> start) => start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..];

    /// <summary>Opens a tensor that closes the file with itself; without a name the only one that can be meant.</summary>
    internal StoredArray OpenAlone(string? name) => Open(name ?? StoredEntry.Only(file.Path, Entries).Name, file);

    private LaidOutArray Open(string name, IDisposable? owner)
    {
        var tensor = tensors.Find(tensor => tensor.Name == name) ?? throw new InvalidDataException(
            $"{file.Path} holds no tensor \"{OneLine.Short(name)}\"; it holds " +
            $"{(Entries.Count == 0 ? "none" : StoredEntry.List(Entries))}.");
        var full = $"{file.Path}:{OneLine.Of(name)}";
        if (!tensor.Type.IsReadable)
            throw new InvalidDataException(
                $"{full} holds {tensor.Type}, which is not read; float64, float32, float16, bfloat16, integers or bool " +
                "were expected.");
        var region = file.Region(start + tensor.Start, tensor.End - tensor.Start, full);
        return new LaidOutArray(full, tensor.Type, tensor.Shape, region, owner: owner);
    }
}
