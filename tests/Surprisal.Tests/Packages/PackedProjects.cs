using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Packages;

/// <summary>The packages of every project in src, packed once from what the tests were built with.</summary>
public sealed class PackedProjects : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-packages-").FullName;

    /// <summary>The identifiers of the packages: a project's name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Repository.Files("src", ".csproj").Select(static path => Path.GetFileNameWithoutExtension(path))];

    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(PackedProjects).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        foreach (var name in Names)
        {
            var (exit, output) = await DotnetProcess.Run(["pack", $"src/{name}", "--no-build", "-c", configuration, "-o", folder]);
            Assert.True(exit == 0, $"dotnet pack src/{name} ended with {exit}:\n{output}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The names of the files in a package, or in its package of symbols.</summary>
    public IReadOnlyList<string> Files(string name, string ending = "nupkg")
    {
        using var package = ZipFile.OpenRead(FileOf(name, ending));
        return [.. package.Entries.Select(static entry => entry.FullName)];
    }

    public byte[] Bytes(string name, string file)
    {
        using var package = ZipFile.OpenRead(FileOf(name, "nupkg"));
        using var stream = package.GetEntry(file)?.Open() ?? throw new FileNotFoundException($"{name} has no {file}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public string Text(string name, string file) => new StreamReader(new MemoryStream(Bytes(name, file))).ReadToEnd().ReplaceLineEndings("\n");

    /// <summary>What NuGet shows of a package: the elements of its nuspec's metadata.</summary>
    public IReadOnlyList<XElement> Metadata(string name) => [.. XDocument.Parse(Text(name, $"{name}.nuspec")).Root!.Elements().First().Elements()];

    private string FileOf(string name, string ending) => Path.Combine(folder, $"{name}.{VersionTests.Version}.{ending}");
}
