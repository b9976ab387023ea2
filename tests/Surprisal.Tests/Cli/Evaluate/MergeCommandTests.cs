using System.Text.Json;
using System.Text.Json.Nodes;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>Parts merge to the whole, of labels too; sets with a part missing at either end, and damaged files, are refused in one sentence.</summary>
public sealed class MergeCommandTests : IDisposable
{
    private const string Labels = "--logits ./l.npy --targets ./m.npy --multi-label";

    private readonly ScoreFixture files = new();

    public MergeCommandTests()
    {
        NpyFile.Write<float>(files.At("l.npy"), files.Logits.AsSpan(0, 20), [5, 4]);
        NpyFile.Write<byte>(files.At("m.npy"), [.. Enumerable.Range(0, 20).Select(static i => (byte)(i % 3 / 2))], [5, 4]);
    }

    public void Dispose() => files.Dispose();

    [Fact]
    public void PartsOfLabelsMergeToTheBitsOfOneRun()
    {
        var all = files.Json(Labels).GetRawText();
        for (var i = 1; i <= 7; i++) Write($"{Labels} --shard {i}/7 --json ./p{i}.json"); // 5 rows: the first part and the fourth have none
        var (exit, output, errors) = files.Run($"merge {string.Join(' ', Enumerable.Range(1, 7).Select(static i => $"./p{8 - i}.json"))} --json -");
        Assert.Equal(("", 0), (errors, exit));
        Assert.Equal(all, JsonDocument.Parse(output).RootElement.GetRawText());
        Refused("compare ./p1.json ./p1.json", "./p1.json is of several labels a row; models of one class a row are compared.");
        Refused("merge ./p3.json ./p7.json ./p1.json ./p2.json", "./p7.json does not merge with the others: between rows 0..1 and rows 4..4 rows are missing.");
    }

    [Theory]
    [InlineData("./p1.json ./p2.json", "./p2.json is part 2 of 3, and part 3 is in none of the files")]
    [InlineData("./p1.json", "./p1.json is part 1 of 3, and part 2 is in none of the files")]
    [InlineData("./p3.json ./p2.json", "./p2.json begins with row 167; the rows before it are in none of the files")]
    public void AnIncompleteSetIsToldForItMergesAgain(string parts, string message)
    {
        for (var i = 1; i <= 3; i++) Write($"--logits ./z.npy --targets ./y.npy --no-temperature --shard {i}/3 --json ./p{i}.json");
        var (exit, _, errors) = files.Run($"merge {parts} --json ./all.json");
        Assert.Equal((0, $"surprisal: {message}\n"), (exit, errors));
        Refused("merge ./p3.json ./p1.json", "./p3.json does not merge with the others: between rows 0..166 and rows 335..502 rows are missing.");
    }

    /// <summary>Files that do not say which part they are were written before parts were kept.</summary>
    [Fact]
    public void FilesThatDoNotSayTheirPartAreRead()
    {
        var all = files.Json("--logits ./z.npy --targets ./y.npy --no-temperature").GetRawText();
        for (var i = 1; i <= 2; i++)
        {
            Write($"--logits ./z.npy --targets ./y.npy --no-temperature --shard {i}/2 --json ./p{i}.json");
            var json = JsonNode.Parse(File.ReadAllText(files.At($"p{i}.json")))!;
            Assert.True(json["options"]!.AsObject().Remove("shard"));
            File.WriteAllText(files.At($"p{i}.json"), json.ToJsonString());
        }
        Assert.Equal(all, JsonDocument.Parse(files.Run("merge ./p1.json ./p2.json --json -").Output).RootElement.GetRawText());
    }

    [Fact]
    public void ADamagedFileIsOneSentenceOfOurs()
    {
        Write($"{Labels} --json ./k.json");
        Write("--logits ./z.npy --targets ./y.npy --json ./z.json");
        File.WriteAllBytes(files.At("latin.json"), [0xE8, 0xE9]);
        File.WriteAllText(files.At("empty.json"), "");
        foreach (var (name, cut) in new (string, Action<JsonNode>)[]
        {
            ("options", static json => json.AsObject().Remove("options")), ("state", static json => json["state"] = 3),
            ("scores", static json => json["options"]!["scores"] = "Guesses"), ("seed", static json => json["options"]!["seed"] = "x"),
            ("shard", static json => json["options"]!["shard"] = "3/2"), ("bins", static json => json["options"]!["bins"] = -1),
            ("inner", static json => json["state"]!["version"] = 7),
        })
            foreach (var whole in (string[])["k", "z"])
            {
                var json = JsonNode.Parse(File.ReadAllText(files.At($"{whole}.json")))!;
                cut(json);
                File.WriteAllText(files.At($"{name}-{whole}.json"), json.ToJsonString());
            }
        var damaged = Directory.GetFiles(files.At(""), "*-?.json").Select(Path.GetFileName).ToList();
        Assert.Equal(14, damaged.Count);
        foreach (var name in (string[])["latin.json", "empty.json", .. damaged!])
            foreach (var line in (string[])["merge ./{0}", "compare ./z.json ./{0}"])
                Refused(line.Replace("{0}", name, StringComparison.Ordinal),
                    $"./{name} is damaged, or no evaluation; a file of 'surprisal evaluate --json' was expected.");
    }

    private void Write(string line) => Assert.Equal(("", 0), files.Run($"evaluate {line}") switch { var (exit, _, errors) => (errors, exit) });

    private void Refused(string line, string message) => Assert.Equal((1, "", $"surprisal: {message}\n"), files.Run(line));
}
