using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Packages;

/// <summary>SURPRISAL001: the warning that the library's package gives to programs which PublishAot would make slow.</summary>
public sealed class InstructionSetTests
{
    private const string Code = "SURPRISAL001", X64 = "<RuntimeIdentifier>linux-x64</RuntimeIdentifier>", Aot = "<PublishAot>true</PublishAot>";

    /// <summary>Projects by their properties; whether publishing warns.</summary>
    private static readonly (string Name, string Properties, bool Warns)[] projects =
    [
        ("nothing said", Aot + X64, true),
        ("windows", Aot + "<RuntimeIdentifier>win-x64</RuntimeIdentifier>", true),
        ("no platform", Aot + "<NETCoreSdkPortableRuntimeIdentifier>osx-x64</NETCoreSdkPortableRuntimeIdentifier>", true),
        ("unknown platform", Aot + "<NETCoreSdkPortableRuntimeIdentifier></NETCoreSdkPortableRuntimeIdentifier>", true),
        ("v2", Aot + X64 + Set("x86-64-v2"), true),
        ("avx", Aot + X64 + Set("avx,aes"), true),
        ("a longer word", Aot + X64 + Set("noavx2"), true),
        ("v3", Aot + X64 + Set("x86-64-v3"), false),
        ("v4", Aot + X64 + Set("x86-64-v4"), false),
        ("native", Aot + X64 + Set("native"), false),
        ("avx2", Aot + X64 + Set("avx2"), false),
        ("avx512", Aot + X64 + Set("aes,avx512,sha"), false),
        ("separated by semicolons", Aot + X64 + Set("aes;avx2;fma"), false),
        ("arm64", Aot + "<RuntimeIdentifier>linux-arm64</RuntimeIdentifier>", false),
        ("arm64 by default", Aot + "<NETCoreSdkPortableRuntimeIdentifier>osx-arm64</NETCoreSdkPortableRuntimeIdentifier>", false),
        ("not ahead of time", X64, false),
        ("suppressed", Aot + X64 + $"<NoWarn>$(NoWarn);{Code}</NoWarn>", false),
    ];

    [Fact]
    public async Task PublishingWarnsWhereItWouldBeSlow()
    {
        var (names, output) = await Run("SurprisalCheckInstructionSet");
        Problems.None(projects.Index().Where(project => Warns(output, names[project.Index]) != project.Item.Warns)
            .Select(static project => $"{project.Item.Name}: {(project.Item.Warns ? "no warning" : "a warning")} from {project.Item.Properties}."));
        Assert.Contains("Set <IlcInstructionSet>x86-64-v3</IlcInstructionSet> in the project file", output, StringComparison.Ordinal);
    }

    /// <summary>The target that every way of publishing goes through, and one that builds go through.</summary>
    [Theory]
    [InlineData("PrepareForPublish", true)]
    [InlineData("PrepareForBuild", false)]
    public async Task OnlyPublishingWarns(string target, bool warns)
    {
        var (names, output) = await Run(target);
        Assert.Equal(warns, Warns(output, names[0]));
    }

    private static string Set(string instructions) => $"<IlcInstructionSet>{instructions}</IlcInstructionSet>";

    private static bool Warns(string output, string name) =>
        output.Split('\n').Any(line => line.Contains($"warning {Code}:", StringComparison.Ordinal) && line.Contains($"{name}]", StringComparison.Ordinal));

    /// <summary>One run of MSBuild for all projects: publishing them takes minutes, a target a moment.</summary>
    private static async Task<(string[] Names, string Output)> Run(string target)
    {
        var folder = Directory.CreateTempSubdirectory("surprisal-native-").FullName;
        try
        {
            string[] names = [.. projects.Select(static project => $"{project.Name.Replace(' ', '-')}.csproj")];
            foreach (var (index, name) in names.Index())
                await File.WriteAllTextAsync(Path.Combine(folder, name), $"""
                    <Project Sdk="Microsoft.NET.Sdk">
                      <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>{projects[index].Properties}</PropertyGroup>
                      <Import Project="{Repository.FullPath("src/Surprisal/buildTransitive/Surprisal.targets")}" />
                    </Project>
                    """);
            await File.WriteAllTextAsync(Path.Combine(folder, "all.proj"), $"""
                <Project><Target Name="All"><MSBuild Projects="{string.Join(';', names)}" Targets="{target}" ContinueOnError="true" /></Target></Project>
                """);
            var (_, output) = await DotnetProcess.Run(["msbuild", "all.proj", "-t:All", "-nologo", "-clp:NoSummary"], folder);
            return (names, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
