using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

public sealed partial class NameTests
{
    private static readonly string[] empty = ["Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Manager", "Base", "Impl", "Common"];

    /// <summary>Files whose names come neither from a type nor from a member, each with the reason.</summary>
    private static readonly Dictionary<string, string> exceptions = new(StringComparer.Ordinal)
    {
        ["src/Surprisal/Autograd/Operations/Elementwise/InPlace.cs"] = "operators have no name, and Fill and CopyFrom are in place too",
        ["src/Surprisal/Autograd/Operations/Shapes/Slice.cs"] = "indexers have no name",
    };

    private static readonly Dictionary<string, string> operators = new(StringComparer.Ordinal)
    {
        ["Add"] = "operator +(", ["Subtract"] = "operator -(", ["Multiply"] = "operator *(", ["Divide"] = "operator /(", ["Negate"] = "operator -(",
    };

    private static readonly SourceFile[] sources = [.. SourceFile.All("src"), .. SourceFile.All("tests"), .. SourceFile.All("bench")];

    public static TheoryData<string> Losses =>
        [.. from type in typeof(Loss).Assembly.GetExportedTypes() where type.IsSubclassOf(typeof(Loss)) && !type.IsAbstract select type.Name];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Names_of_a_loss_follow_the_convention(string loss)
    {
        var name = LossPattern().Match(loss).Groups["name"].Value;
        var problems = new List<string>();
        if (name.Length == 0) problems.Add($"{loss} is a loss; its name should end with Loss.");
        if (!Repository.Files("src/Surprisal/Losses", $"/{loss}.cs").Any())
            problems.Add($"{loss} is in no file {loss}.cs of src/Surprisal/Losses or a folder of it.");
        if (!Repository.Files("src/Surprisal/Kernels", $"/{name}.cs").Any())
            problems.Add($"{loss} has no kernel {name}.cs in a folder of src/Surprisal/Kernels.");
        if (!Repository.Exists($"docs/losses/{name}.md")) problems.Add($"{loss} has no docs/losses/{name}.md.");
        if (!Repository.Files("tests/Surprisal.Tests/Losses", "Tests.cs").Any(path => Path.GetFileName(path).StartsWith(loss, StringComparison.Ordinal)))
            problems.Add($"{loss} has no tests/Surprisal.Tests/Losses/{loss}*Tests.cs.");
        var functions = string.Concat(sources.Where(static file => file.Path.StartsWith("src/Surprisal/Autograd/Functional/", StringComparison.Ordinal))
            .Select(static file => file.Code));
        if (!Regex.IsMatch(functions, $@"\b{loss}\b", RegexOptions.None, TimeSpan.FromSeconds(5)))
            problems.Add($"{loss} is not in src/Surprisal/Autograd/Functional/*.cs, so it is no function.");
        Problems.None(problems);
    }

    [Fact]
    public void Files_are_named_after_what_they_declare() =>
        Problems.None(
            sources.Where(static file => file.TopTypes.Any() && !exceptions.ContainsKey(file.Path) && !Names(file).Contains(file.Name, StringComparer.Ordinal))
                .Select(static file => $"{file.Path} declares {string.Join(", ", file.TopTypes)}; the file should have the name of one of them."));

    [Fact]
    public void Exceptions_are_still_needed() =>
        Problems.None(exceptions.Keys
            .Where(static path =>
                sources.All(file => file.Path != path) || sources.Any(file => file.Path == path && Names(file).Contains(file.Name, StringComparer.Ordinal)))
            .Select(static path => $"{path} needs no exception any more."));

    [Fact]
    public void Files_of_the_source_hold_one_public_type() =>
        Problems.None(sources.Where(static file => file.Path.StartsWith("src/", StringComparison.Ordinal))
            .Select(static file =>
                (file.Path, Types: file.Types.Where(static type => type.IsTop && type.Modifiers.Contains("public", StringComparison.Ordinal)).ToList()))
            .Where(static file => file.Types.Count > 1)
            .Select(static file => $"{file.Path} declares {string.Join(" and ", file.Types.Select(static type => type.Name))}; one public type a file."));

    [Fact]
    public void No_type_has_an_empty_name() =>
        Problems.None(from file in sources
            from type in file.Types
            from word in WordPattern().Matches(type.Name).Select(static match => match.Value)
            where empty.Contains(word, StringComparer.Ordinal)
            select $"{file.Path}: {type.Name} says {word}, which says nothing; name what it is.");

    [Theory]
    [InlineData("Surprisal")]
    [InlineData("Surprisal.Cli")]
    [InlineData("Surprisal.Columnar")]
    [InlineData("Surprisal.Mpi")]
    [InlineData("Surprisal.Cuda")]
    [InlineData("Surprisal.Tests")]
    public void Every_class_is_sealed_static_or_abstract(string assembly) =>
        Problems.None(Assembly.Load(assembly).GetTypes()
            .Where(static type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGenerated(type))
            .Select(static type => $"{type.FullName} is open; make it sealed, static or abstract."));

    /// <summary>The names that a file may have: a type's; for parts of a type also Type.Part and TypeOfT.Part, and in Operations what the part adds.</summary>
    private static IEnumerable<string> Names(SourceFile file)
    {
        var parts = file.Types
            .Where(static type => type.IsTop && type.Modifiers.Contains("partial", StringComparison.Ordinal))
            .Select(static type => type.Name).ToList();
        if (parts.Count > 0 && file.Path.Contains("/Operations/", StringComparison.Ordinal) && Adds(file)) yield return file.Name;
        if (file.Name.Split('.') is [var stem, _] && (parts.Contains(stem, StringComparer.Ordinal) || parts.Any(part => stem == part + "OfT")))
            yield return file.Name;
        if (parts.Any(part => file.Name == part + "OfT")) yield return file.Name;
        foreach (var type in file.TopTypes) yield return type;
    }

    /// <summary>Whether an operation's file declares a member of its name, or of a name that ends with it as MaxPool2d does, or its operator.</summary>
    private static bool Adds(SourceFile file) =>
        file.Members.Any(member => member.EndsWith(file.Name, StringComparison.Ordinal)) ||
        (operators.TryGetValue(file.Name, out var symbol) && file.Code.Contains(symbol, StringComparison.Ordinal));

    private static bool IsGenerated(Type type) =>
        type.FullName!.Contains('<', StringComparison.Ordinal) || type.FullName.Contains(".AutoGenerated.", StringComparison.Ordinal)
        || type.Namespace?.StartsWith("Surprisal", StringComparison.Ordinal) != true || type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    [GeneratedRegex(@"^(?<name>[A-Z]\w*)Loss$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LossPattern();

    [GeneratedRegex(@"[A-Z][a-z0-9]*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex WordPattern();
}
