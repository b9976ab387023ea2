using System.Text.Json;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>Pages in a real browser, as wide as a phone and as a screen, light and dark; skipped where there is none.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    /// <summary>What spoils a page: the page or a picture wider than its place, letters on letters.</summary>
    private const string Faults = """
        (() => {
          const faults = [];
          if (document.scrollingElement.scrollWidth > innerWidth)
            faults.push(`the page is ${document.scrollingElement.scrollWidth} wide of ${innerWidth}`);
          for (const svg of document.querySelectorAll("svg")) {
            const box = svg.getBoundingClientRect(), place = svg.parentElement.getBoundingClientRect();
            if (box.width > place.width + 1 || box.width < 200) faults.push(`a picture is ${box.width} wide in ${place.width}`);
            const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
            texts.forEach(([text, at], i) => {
              if (at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1)
                faults.push(`${text} is outside of ${svg.querySelector("title").textContent}`);
              for (const [other, there] of texts.slice(i + 1))
                if (Math.min(at.right, there.right) - Math.max(at.left, there.left) > 1 && Math.min(at.bottom, there.bottom) - Math.max(at.top, there.top) > 2)
                  faults.push(`${text} is over ${other} in ${svg.querySelector("title").textContent}`);
            });
          }
          for (const box of document.querySelectorAll("dd, h1, p, figcaption, .numbers div"))
            if (box.scrollWidth > box.clientWidth + 1) faults.push(`${box.textContent} is cut`);
          return faults;
        })()
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-pages-").FullName;
    private Chromium? browser;

    public async ValueTask InitializeAsync() => browser = await Chromium.Find();

    public ValueTask DisposeAsync()
    {
        browser?.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PagesFitAskForNothingAndComplainOfNothing()
    {
        foreach (var (name, page) in ((string, HtmlPage)[])[("train", Pages.Train(60, Pages.Names)), ("gallery", Pages.Gallery()),
            ("thousand", Pages.Train(2500, [.. Enumerable.Range(0, 1000).Select(static i => $"class number {i}")])), ("empty", Pages.Train(0))])
            foreach (var (width, scheme) in ((int, string)[])[(390, "dark"), (1280, "light"), (390, "light"), (1280, "dark")])
            {
                if (name != "train" && (width == 390) != (scheme == "dark")) continue; // a few loads are enough
                var file = await Show($"{page}", width, scheme);
                Assert.Equal("[]", await browser!.Evaluate(Faults));
                Assert.Equal([new Uri(file).AbsoluteUri], browser.Requests.Where(static address => !address.StartsWith("data:", StringComparison.Ordinal)));
                Assert.Empty(browser.Complaints);
                Assert.Equal(scheme == "dark" ? "\"rgb(20, 23, 27)\"" : "\"rgb(255, 255, 255)\"",
                    await browser.Evaluate("getComputedStyle(document.body).backgroundColor"));
            }
    }

    /// <summary>On a phone a table of a name and a few numbers is not cut: its titles and names are broken into lines.</summary>
    [Fact]
    public async Task TablesOfAFewNumbersFitAPhone()
    {
        var table = new HtmlTable("Every label", "label", "precision", "recall", "F1", "samples");
        table.Add("a very long name of a label, with a comma", [.. Enumerable.Repeat((1.0, "100.0 %"), 3), (1, "12,345")]);
        var page = new HtmlPage("Labels", "");
        page.Tables($"{table}");
        await Show($"{page}", 390, "light");
        Assert.Equal("true", await browser!.Evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.scroll'))"));
        Assert.Equal("[]", await browser.Evaluate(Faults));
    }

    [Fact]
    public async Task TablesSortByNumbersUpAndDownWithWhatIsNoNumberLast()
    {
        var table = new HtmlTable("All", "class", "loss");
        foreach (var (name, value) in ((string, double)[])[("b10", 10), ("none", double.NaN), ("b9", 9), ("a", -2), ("many", double.PositiveInfinity)])
            table.Add(name, (value, $"{value:F1}"));
        var page = new HtmlPage("Sorting", "");
        page.Tables($"{table}");
        await Show($"{page}", 390, "light");
        Assert.Equal(["a", "b9", "b10", "many", "none"], await Sort(1, "ascending"));
        Assert.Equal(["many", "b10", "b9", "a", "none"], await Sort(1, "descending"));
        Assert.Equal(["a", "b9", "b10", "many", "none"], await Sort(0, "ascending"));
        Assert.Equal("true", await browser!.Evaluate("document.querySelectorAll('[aria-sort]').length === 1"));

        async Task<string[]> Sort(int column, string direction)
        {
            await browser!.Evaluate($"document.querySelectorAll('th button')[{column}].click()");
            Assert.Equal($"\"{direction}\"", await browser.Evaluate($"document.querySelectorAll('thead th')[{column}].getAttribute('aria-sort')"));
            return JsonSerializer.Deserialize<string[]>(await browser.Evaluate("[...document.querySelectorAll('tbody th')].map(cell => cell.textContent)"))!;
        }
    }

    /// <summary>Each check sees what it is there for; and a script that is not the page's own does not run.</summary>
    [Fact]
    public async Task WhatSpoilsAPageIsSeen()
    {
        await Show("<!DOCTYPE html><div style='width: 3000px'>wide</div><svg style='width: 300px'><title>t</title><text x='290'>outside</text></svg>"
            + "<script src='http://127.0.0.1:9/x.js'></script><script>console.log('said')</script>", 390, "light");
        var faults = await browser!.Evaluate(Faults);
        Assert.Contains("the page is 3", faults, StringComparison.Ordinal);
        Assert.Contains("outside is outside of t", faults, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9/x.js", browser.Requests);
        Assert.Contains(browser.Complaints, static complaint => complaint.Contains("said", StringComparison.Ordinal));

        await Show($"{Pages.Train(1)}".Replace("</main>", "<script>window.ran = true</script></main>", StringComparison.Ordinal), 390, "light");
        Assert.Equal("false", await browser.Evaluate("window.ran === true"));
        Assert.Contains(browser.Complaints, static complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    private async Task<string> Show(string page, int width, string scheme)
    {
        Assert.SkipWhen(browser is null, "there is no chromium, chromium-browser or google-chrome on the PATH that starts");
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, page);
        await browser!.Show(file, width, scheme);
        return file;
    }
}
