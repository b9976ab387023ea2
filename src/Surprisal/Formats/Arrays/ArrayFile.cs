namespace Surprisal;

/// <summary>Opens the array that a file holds, or one of several: .npy, .npz and safetensors, told apart by their first bytes.</summary>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// var (logits, labels) = (Tensor.Zeros&lt;float>([3, 2]), Tensor.Create&lt;long>([0, 1, 1]));
/// Safetensors.Write(path, new Dictionary&lt;string, Tensor> { ["logits"] = logits, ["targets"] = labels });
/// using (var targets = ArrayFile.Open(path + ":targets"))
///     Console.WriteLine($"{targets.Type} {targets.Shape[0]}"); // int64 3
/// System.IO.File.Delete(path);
/// </code></example>
public static class ArrayFile
{
    private const string Expected = "an array of NumPy (.npy), a file of them (.npz) or a safetensors file";

    /// <summary>Opens an array, and with it the file, which is closed when the array is.</summary>
    /// <param name="fileAndName">A file, or FILE:NAME for one array of several. A file that has all of this as its name comes first.
    /// From a file of several without a name the only array that can be read is taken.</param>
    /// <exception cref="InvalidDataException">It is none of these files, or damaged; or several arrays can be meant: then the message lists
    /// names, types and shapes.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static StoredArray Open(string fileAndName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileAndName);
        var (path, name) = Split(fileAndName);
        var file = OpenedFile.Open(path, Expected);
        try
        {
            return Open(file, name);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static StoredArray Open(OpenedFile file, string? name)
    {
        var start = file.Start;
        if (!file.CanSeek || start.StartsWith(NpyHeader.Magic))
            return name is null ? NpyFile.Open(file)
                : throw new InvalidDataException(
                    $"{file.Path} holds one array without a name (.npy); it has no \"{OneLine.Short(name)}\".");
        if (start is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..]) return NpzFile.Open(file).OpenAlone(name);
        if (SafetensorsFile.IsOne(start)) return SafetensorsFile.Open(file).OpenAlone(name);
        throw new InvalidDataException($"{file.Path}: {FileSignature.Describe(start)}; {Expected} was expected.");
    }

    /// <summary>The longest beginning before a colon that is a file; the colon of a drive is none of these.</summary>
    private static (string Path, string? Name) Split(string fileAndName)
    {
        if (File.Exists(fileAndName)) return (fileAndName, null);
        var first = OperatingSystem.IsWindows() ? 2 : 1;
        for (var at = fileAndName.LastIndexOf(':'); at >= first; at = fileAndName.LastIndexOf(':', at - 1))
            if (File.Exists(fileAndName[..at])) return (fileAndName[..at], fileAndName[(at + 1)..]);
        return (fileAndName, null);
    }
}
