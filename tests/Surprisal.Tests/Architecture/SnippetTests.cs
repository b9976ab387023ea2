namespace Surprisal.Tests.Architecture;

public sealed class SnippetTests
{
    private static readonly ILookup<string, (string Path, string Text)> regions = new[] { "samples", "tests", "src" }
        .SelectMany(static folder => Repository.Files(folder, ".cs"))
        .Where(static path => path != "tests/Surprisal.Tests/Architecture/SnippetTests.cs")
        .SelectMany(static path => Snippets.Regions(Repository.Read(path)).Select(region => (path, region)))
        .ToLookup(static pair => pair.region.Name, static pair => (pair.path, pair.region.Text), StringComparer.Ordinal);

    [Fact]
    public void Snippets_in_documents_are_compiled_code() => Problems.None(Documents().SelectMany(static path => Wrong(path, Repository.Read(path))));

    [Fact]
    public void Snippet_names_are_unique() =>
        Problems.None(regions.Where(static region => region.Count() > 1).Select(static region =>
            $"snippet {region.Key} is in {string.Join(" and in ", region.Select(static place => place.Path))}; names must be unique."));

    [Fact]
    public void There_is_a_readme_where_there_is_an_architecture() =>
        Assert.True(Repository.Exists("README.md") || !Repository.Exists("ARCHITECTURE.md"), "ARCHITECTURE.md is there, README.md is not.");

    [Fact]
    public void Both_readmes_show_the_same_code_and_link_to_each_other()
    {
        var (english, chinese) = (Repository.Read("README.md"), Repository.Read("README.zh-CN.md"));
        Assert.Equal(Snippets.Blocks(english).Select(static block => (block.Name, block.Text)),
            Snippets.Blocks(chinese).Select(static block => (block.Name, block.Text)));
        Assert.All(new[] { (english, "(README.zh-CN.md)"), (chinese, "(README.md)") },
            static pair => Assert.Contains(pair.Item2, string.Concat(pair.Item1.Split('\n').Take(4)), StringComparison.Ordinal));
    }

    /// <summary>A reader copies one block into an empty program, builds it and sees something.</summary>
    [Fact]
    public void Blocks_of_the_readme_compile_alone_and_print() =>
        Problems.None(Snippets.Blocks(Repository.Read("README.md")).SelectMany(static block => Unfit(block.Text)
            .Select(problem => $"README.md:{block.Line}: {block.Name} {problem}.")));

    [Fact]
    public void A_block_that_needs_another_or_is_silent_is_found()
    {
        Assert.StartsWith("does not compile alone: CS0103: ", Unfit("Console.WriteLine(loss);").Single(), StringComparison.Ordinal);
        Assert.Equal(["prints nothing"], Unfit("var x = 1; x++;"));
    }

    [Fact]
    public void A_block_without_a_name_is_found() =>
        Assert.EndsWith("has no <!-- snippet: NAME --> above it.", Assert.Single(Wrong("x.md", "text\n```csharp\nvar x = 1;\n```\n")),
            StringComparison.Ordinal);

    [Fact]
    public void A_block_without_a_region_is_found() =>
        Assert.StartsWith("x.md:2: no region // snippet: absent", Assert.Single(Wrong("x.md", "<!-- snippet: absent -->\n```csharp\nvar x = 1;\n```\n")),
            StringComparison.Ordinal);

    [Fact]
    public void Regions_are_cut_at_their_margin_and_blocks_of_other_languages_are_left_alone()
    {
        Assert.Equal([("a", "if (x)\n    y();\n\nz();")],
            Snippets.Regions("class C\n{\n    // snippet: a\n    if (x)\n        y();\n\n    z();\n    // end\n}\n"));
        Assert.Equal([(5, "a", "y();")], Snippets.Blocks("```bash\nls\n```\n<!-- snippet: a -->\n```csharp\ny();\n```\n"));
    }

    private static IEnumerable<string> Unfit(string program)
    {
        if (Compilation.Errors($"using System; using System.Linq; {program}", isProgram: true) is [var error, ..])
            yield return $"does not compile alone: {error}";
        if (!program.Contains("Console.WriteLine(", StringComparison.Ordinal)) yield return "prints nothing";
    }

    private static IEnumerable<string> Documents() =>
        // PackageTests reads the pages of the packages.
        Repository.Files("docs", ".md")
            .Where(static path => !path.StartsWith("docs/package/", StringComparison.Ordinal))
            .Concat(new[] { "README.md", "README.zh-CN.md" }.Where(Repository.Exists));

    private static IEnumerable<string> Wrong(string path, string markdown)
    {
        foreach (var (line, name, text) in Snippets.Blocks(markdown))
        {
            if (name is null) yield return $"{path}:{line}: the csharp block has no <!-- snippet: NAME --> above it.";
            else if (!regions.Contains(name)) yield return $"{path}:{line}: no region // snippet: {name} ... // end in samples, tests or src.";
            else if (regions[name].First() is var region && region.Text != text)
                yield return $"{path}:{line}: snippet {name} is not what {region.Path} compiles:\n{region.Text}\n--- the document has\n{text}";
        }
    }
}
