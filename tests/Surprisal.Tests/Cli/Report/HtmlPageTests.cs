using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>A page is one file that loads nothing and is well-formed whatever it shows; its colours can be read.</summary>
public sealed partial class HtmlPageTests
{
    public static TheoryData<string> All => ["train", "thousand", "empty", "gallery"];

    [Theory]
    [MemberData(nameof(All))]
    public void PagesAreWellFormedAndLoadNothing(string page)
    {
        var text = Text(page);
        var root = Pages.Parse(text);
        Assert.All(root.All("script").Concat(root.All("style")), static element => Assert.False(element.HasElements || element.HasAttributes));
        // Pictures of samples are in the page themselves.
        Assert.Equal(["data:,"],
            root.DescendantsAndSelf().Attributes().Where(static attribute => attribute.Name.LocalName is "src" or "href" or "style" or "onload" or "onclick")
                .Select(static attribute => attribute.Value)
                .Where(static value => !value.StartsWith("data:image/png;base64,", StringComparison.Ordinal)));
        Assert.Equal(["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"],
            UrlPattern().Matches(text).Select(static match => match.Value).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        Assert.All(root.All("svg"), static svg => Assert.Equal(["title", "desc"], svg.Elements().Take(2).Select(static element => element.Name.LocalName)));
        Assert.DoesNotContain("NaN\"", string.Concat(root.All("svg")), StringComparison.Ordinal);
    }

    /// <summary>What a browser will hash: the text between the tags.</summary>
    [Fact]
    public void ThePolicyNamesTheHashesOfStyleAndScriptAndNothingElse()
    {
        var root = Pages.Parse(Text("train"));
        var policy = root.All("meta").Single(static meta => meta.Value("http-equiv") == "Content-Security-Policy").Value("content");
        Assert.Equal($"default-src 'none'; style-src '{Hash(root.All("style").Single())}'; script-src '{Hash(root.All("script").Single())}'; " +
            "img-src data:; base-uri 'none'; form-action 'none'", policy);
        Assert.Equal(["charset", "http-equiv", "name"], root.All("meta").Take(3).Select(static meta => meta.FirstAttribute!.Name.LocalName));

        static string Hash(XElement element) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Value)));
    }

    /// <summary>WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for what pictures draw, on every ground that they stand on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ColoursHaveContrastInLightAndDark(int scheme)
    {
        var colours = SchemePattern().Matches(PageStyle.Text).Skip(scheme).Take(1).SelectMany(static match => ColourPattern().Matches(match.Value))
            .ToDictionary(static match => match.Groups["name"].Value, static match => Convert.ToInt32(match.Groups["colour"].Value, 16));
        Assert.Equal(11, colours.Count);
        foreach (var ground in (string[])["paper", "panel"])
        {
            Assert.InRange(Contrast(colours["ink"], colours[ground]), 4.5, 21);
            Assert.InRange(Contrast(colours["quiet"], colours[ground]), 4.5, 21);
        }
        for (var series = 1; series <= 6; series++) Assert.InRange(Contrast(colours[$"series-{series}"], colours["paper"]), 3, 21);
        var strongest = HeatPattern().Matches(PageStyle.Text).Max(static match => int.Parse(match.Groups["share"].Value));
        for (var series = 1; series <= 2; series++)
            Assert.InRange(Contrast(colours["ink"], Mix(colours[$"series-{series}"], colours["paper"], strongest / 100.0)), 4.5, 21);
    }

    [Fact]
    public void ATableKeepsNumbersBesideTheirTexts()
    {
        var table = new HtmlTable("All", "class", "recall");
        table.Add("<b>", (0.5, "50 %"));
        table.Add("none", (double.NaN, "–"));
        var cells = Pages.Parse(table).All("td").ToList();
        Assert.Equal([("0.5", "50 %"), ("NaN", "–")], cells.Select(static cell => (cell.Value("data-order"), cell.Value)));
    }

    private static string Text(string page) => page switch
    {
        "train" => $"{Pages.Train(7, Pages.Names)}",
        "thousand" => $"{Pages.Train(2500, [.. Enumerable.Range(0, 1000).Select(static i => $"class {i} <&>")])}",
        "empty" => $"{Pages.Train(0)}",
        _ => $"{Pages.Gallery()}",
    };

    private static double Contrast(int a, int b) => (Math.Max(Light(a), Light(b)) + 0.05) / (Math.Min(Light(a), Light(b)) + 0.05);

    private static double Light(int colour) => 0.2126 * Linear(colour >> 16) + 0.7152 * Linear(colour >> 8) + 0.0722 * Linear(colour);

    private static double Linear(int channel) =>
        (channel & 255) / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    private static int Mix(int above, int below, double share)
    {
        var mixed = 0;
        for (var shift = 16; shift >= 0; shift -= 8)
            mixed |= (int)Math.Round(share * ((above >> shift) & 255) + (1 - share) * ((below >> shift) & 255)) << shift;
        return mixed;
    }

    [GeneratedRegex("https?://[^\"' ]+", RegexOptions.None, 5000)]
    private static partial Regex UrlPattern();

    [GeneratedRegex(":root [{][^}]*--paper[^}]*[}]", RegexOptions.None, 5000)]
    private static partial Regex SchemePattern();

    [GeneratedRegex("--(?<name>[a-z0-9-]+): #(?<colour>[0-9a-f]{6})", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ColourPattern();

    [GeneratedRegex("--heat: (?<share>[0-9]+)%", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex HeatPattern();
}
