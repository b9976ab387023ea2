using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Surprisal.Tests.Architecture;

/// <summary>What an editor shows of the library: Surprisal.xml, which the compiler writes beside the assembly.</summary>
public sealed class DocumentationTests
{
    private const int FewestExamples = 25;

    private const string Usings = "using Surprisal; using Surprisal.Modules; using Surprisal.Training; using F = Surprisal.Functional; " +
        "using System; using System.Linq; using System.Collections.Generic;\n";

    private static readonly IReadOnlyDictionary<string, XElement> documentation =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Surprisal.xml")).Descendants("member")
            .ToDictionary(static member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    /// <summary>Members whose parameters need no words, each kind with the reason; members with a bare inheritdoc have another member's words.</summary>
    private static readonly (string Reason, Func<IMethodSymbol, bool> Holds)[] exceptions =
    [
        ("operators: their operands are what the summary speaks of", static method =>
            method.Name.StartsWith("op_", StringComparison.Ordinal)),
        ("what records and structs synthesise has no place in the source to write at", static method =>
            method.IsImplicitlyDeclared || Has(method, "CompilerGeneratedAttribute") || method.Name.Contains('<', StringComparison.Ordinal)),
        ("overrides of object mean what they mean everywhere", static method =>
            Root(method).ContainingType.SpecialType == SpecialType.System_Object),
        ("nobody can call what exists to be an error of the compiler", static method =>
            method.GetAttributes().Any(static attribute => attribute.AttributeClass!.Name == "ObsoleteAttribute"
                && attribute.ConstructorArguments is [_, { Value: true }])),
    ];

    [Fact]
    public void Every_public_parameter_is_documented() => Problems.None(Undocumented(documentation));

    [Fact]
    public void Parameters_without_words_are_found()
    {
        var all = Undocumented(new Dictionary<string, XElement>()).ToList();
        Assert.InRange(all.Count, 600, 2000);
        Assert.Contains(all, static problem => problem.StartsWith("Tensor.Eye<T>(int, int?, bool): no <param name=\"m\">", StringComparison.Ordinal));
        Assert.DoesNotContain(all, static problem => problem.Contains("operator", StringComparison.Ordinal));
    }

    /// <summary>A reader copies one example into an empty program, builds it and sees what its comments say.</summary>
    [Fact]
    public void Every_example_compiles_alone_and_prints_what_it_says() => Problems.None(
        from example in Examples()
        from problem in Unfit(example.Code)
        select $"{example.Member}: the example {problem}");

    [Fact]
    public void What_is_used_most_has_an_example() => Assert.InRange(Examples().Count(), FewestExamples, int.MaxValue);

    [Theory]
    [InlineData("Console.WriteLine(1 + 1); // 2", "")]
    [InlineData("Console.WriteLine(\"a\\nb\");\n// a\n// b", "")]
    [InlineData("foreach (var x in new[] { 1, 2 })\n    Console.WriteLine($\" {x}\"); //  1\n//  2", "")]
    [InlineData("Console.WriteLine(1 + 1); // 3", "prints\n2\nand says\n3")]
    [InlineData("Console.WriteLine(1 + 1);", "does not say what its line 1 prints")]
    [InlineData("var x = 1 + 1;", "prints nothing")]
    [InlineData("throw new ArgumentException(\"no\");", "does not run: System.ArgumentException: no")]
    [InlineData("Console.WriteLine(loss); // 0", "does not compile alone: CS0103: The name 'loss' does not exist in the current context")]
    public void An_example_that_says_what_is_not_so_is_found(string code, string problem) => Assert.Equal(problem, string.Join('\n', Unfit(code)));

    private static IEnumerable<string> Undocumented(IReadOnlyDictionary<string, XElement> docs) =>
        from type in Types(Compilation.Library.GlobalNamespace)
        from member in Members(type)
        let described = Described(docs, member.Place.GetDocumentationCommentId()!)
        from parameter in member.Parameters
        where described?.Contains(parameter.Name, StringComparer.Ordinal) == false
        select $"{member.Place.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}: no <param name=\"{parameter.Name}\"> says what it is.";

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol place) =>
        from member in place.GetMembers().OfType<INamespaceOrTypeSymbol>()
        where member is INamespaceSymbol || (IsSeen(member) && !member.Name.Contains('<', StringComparison.Ordinal))
        from type in (member is INamedTypeSymbol self ? [self] : Array.Empty<INamedTypeSymbol>()).Concat(Types(member))
        select type;

    /// <summary>What has parameters that users give: constructors, methods, indexers; a delegate's stand at the type.</summary>
    private static IEnumerable<(ISymbol Place, ImmutableArray<IParameterSymbol> Parameters)> Members(INamedTypeSymbol type) =>
        type.DelegateInvokeMethod is { } invoke ? [(type, invoke.Parameters)]
            : type.GetMembers().Where(IsSeen).SelectMany<ISymbol, (ISymbol, ImmutableArray<IParameterSymbol>)>(static member => member switch
            {
                IPropertySymbol property => [(property, property.Parameters)],
                IMethodSymbol { AssociatedSymbol: null } method when !exceptions.Any(kind => kind.Holds(method)) => [(method, method.Parameters)],
                _ => [],
            });

    /// <summary>The parameters with words of their own, or of the member that they are inherited from; null where all are.</summary>
    private static List<string>? Described(IReadOnlyDictionary<string, XElement> docs, string id)
    {
        if (!docs.TryGetValue(id, out var member)) return [];
        var names = member.Elements("param").Where(static element => element.Value.Trim().Length > 0)
            .Select(static element => element.Attribute("name")!.Value).ToList();
        foreach (var inherited in member.Elements("inheritdoc"))
        {
            if (inherited.Attribute("path")?.Value.StartsWith("/param", StringComparison.Ordinal) == false) continue;
            if (inherited.Attribute("cref")?.Value is not { } cref || Described(docs, cref) is not { } others) return null;
            names.AddRange(others);
        }
        return names;
    }

    /// <summary>Every block of code; a type's primary constructor has the type's once more.</summary>
    private static IEnumerable<(string Member, string Code)> Examples() => documentation
        .SelectMany(static member => member.Value.Descendants("code"), static (member, code) => (member.Key, Dedent(code.Value)))
        .DistinctBy(static example => example.Item2, StringComparer.Ordinal);

    private static IEnumerable<string> Unfit(string code)
    {
        var (said, silent) = Said(code);
        if (silent > 0) yield return $"does not say what its line {silent} prints";
        var (printed, error) = Compilation.Run(Usings + code);
        if (error is not null) yield return $"does not {error}";
        else if (printed.Count == 0) yield return "prints nothing";
        else if (silent == 0 && !printed.Select(static line => line.TrimEnd()).SequenceEqual(said, StringComparer.Ordinal))
            yield return string.Create(CultureInfo.InvariantCulture, $"prints\n{string.Join('\n', printed)}\nand says\n{string.Join('\n', said)}");
    }

    /// <summary>The comments at and right below the lines that print; and the first of these lines that has none, from 1.</summary>
    private static (IReadOnlyList<string> Lines, int Silent) Said(string code)
    {
        var (said, silent, prints, unsaid) = (new List<string>(), 0, false, 0);
        foreach (var (i, line) in code.Split('\n').Index())
        {
            var comment = line.IndexOf("//", StringComparison.Ordinal);
            var isComment = line.TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (!isComment)
            {
                if (unsaid > 0 && silent == 0) silent = unsaid;
                prints = line.Contains("Console.WriteLine(", StringComparison.Ordinal);
                unsaid = prints ? i + 1 : 0;
            }
            if (!prints || comment < 0) continue;
            said.Add((line.AsSpan(comment + 2) is [' ', .. var rest] ? rest : line.AsSpan(comment + 2)).TrimEnd().ToString());
            unsaid = 0;
        }
        return (said, silent > 0 ? silent : unsaid);
    }

    private static string Dedent(string code)
    {
        var lines = code.Trim('\n', '\r').TrimEnd().Split('\n');
        var margin = lines.Where(static line => line.Trim().Length > 0).Select(static line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length < margin ? "" : line[margin..].TrimEnd()));
    }

    private static bool IsSeen(ISymbol member) =>
        member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool Has(IMethodSymbol method, string attribute) => method.GetAttributes().Any(one => one.AttributeClass!.Name == attribute);

    private static IMethodSymbol Root(IMethodSymbol method) => method.OverriddenMethod is { } overridden ? Root(overridden) : method;
}
