using System.IO.Compression;
using Surprisal.Kernels;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Cli.Runs;

/// <summary>The lines of the README's section on Fashion-MNIST, one after the other in a folder with files of those names.</summary>
public sealed class ReadmeCommandTests : IDisposable
{
    private const int Side = 28, Classes = 10;

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void FromTheFilesToOnnx(string page)
    {
        Directory.CreateDirectory(At("fashion-mnist"));
        Write("train", 200, seed: 1);
        Write("t10k", 50, seed: 2);
        var random = new RandomStream(3);
        File.WriteAllBytes(At("boot.png"), Surprisal.Cli.Report.PngPicture.Encode(
            [.. Enumerable.Range(0, 3 * 40 * 50).Select(_ => (float)random.Uniform())], [3, 40, 50]));
        var section = Repository.Read(page).Split("\n## ").Single(static part => part.StartsWith("Fashion-MNIST", StringComparison.Ordinal));
        var lines = section.Split('\n').Where(static line => line.StartsWith("    surprisal ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["data", "train", "evaluate", "predict", "export"], lines.Select(static line => line.Split(' ')[5]));
        foreach (var line in lines)
        {
            var (exit, output, errors) = CommandProcess.In(folder, line.Trim().Split(' ')[1..]);
            Assert.True(exit == 0, $"{line} ended with {exit}:\n{errors}{output}");
        }
        Assert.Equal(["boot.png", "data.html", "fashion.onnx", "report.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    /// <summary>Images whose brightness says the class, with noise, packed as those of Fashion-MNIST are.</summary>
    private void Write(string part, int count, long seed)
    {
        var random = new RandomStream(seed);
        Pack($"{part}-images-idx3-ubyte.gz",
            [0, 0, 8, 3, .. Number(count), .. Number(Side), .. Number(Side), .. Enumerable.Range(0, count * Side * Side)
                .Select(i => (byte)(20 * (i / (Side * Side) % Classes) + 40 * random.Uniform()))]);
        Pack($"{part}-labels-idx1-ubyte.gz", [0, 0, 8, 1, .. Number(count), .. Enumerable.Range(0, count).Select(static i => (byte)(i % Classes))]);
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private void Pack(string name, byte[] bytes)
    {
        using var file = new GZipStream(File.Create(At("fashion-mnist", name)), CompressionLevel.Fastest);
        file.Write(bytes);
    }

    private string At(params string[] names) => Path.Combine([folder, .. names]);
}
