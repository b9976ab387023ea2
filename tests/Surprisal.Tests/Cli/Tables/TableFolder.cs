using System.Text;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>A folder with a table in it, and what is said of the table.</summary>
internal sealed class TableFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public string Path => System.IO.Path.Combine(folder.FullName, "t.csv");

    public string Write(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        return Path;
    }

    public string Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>All numbers that are opened of a text, in blocks.</summary>
    public T[] Read<T>(string text, Func<string, StoredArray> open, int block = 1 << 16)
        where T : unmanaged, INumber<T>
    {
        using var array = open(Write(text));
        return Read<T>(array, block);
    }

    public static T[] Read<T>(StoredArray array, int block = 1 << 16)
        where T : unmanaged, INumber<T>
    {
        var numbers = new T[array.Length];
        for (var first = 0; first < numbers.Length; first += block) array.Read(first, numbers.AsSpan(first, Math.Min(block, numbers.Length - first)));
        array.Verify();
        return numbers;
    }

    /// <summary>What the refusal of a text says behind the file's name, whether it is refused when it is opened or when it is read.</summary>
    public string Refusal(string text, Func<string, StoredArray> open) => Refusal(Encoding.UTF8.GetBytes(text), open);

    public string Refusal(byte[] bytes, Func<string, StoredArray> open)
    {
        Write(bytes);
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            using var array = open(Path);
            array.Verify();
        });
        Assert.StartsWith(Path, error.Message, StringComparison.Ordinal);
        return error.Message[Path.Length..];
    }

    public void Dispose() => folder.Delete(recursive: true);
}
