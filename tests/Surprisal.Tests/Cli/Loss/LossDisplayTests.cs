using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;
using Surprisal.Cli;
using Surprisal.Cli.Loss;

namespace Surprisal.Tests.Cli.Loss;

/// <summary>What the command prints: a line, a JSON object, or help that fits 80 columns.</summary>
public sealed class LossDisplayTests
{
    public static TheoryData<string> Names => [.. LossTable.All.Select(static entry => entry.Name).Prepend("")];

    /// <summary>The double nearest to 0.1, in 17 digits.</summary>
    [Fact]
    public void The_line_has_17_digits()
    {
        using var call = new LossCall();
        call.Write("x", [0.1, 0.3], 2);
        call.Write("y", [0.0, 0.3], 2);
        Assert.Equal("loss 0.10000000000000001, divisor 2", call.Evaluate("l1", "--reduction", "sum").Line.TrimEnd());
    }

    [Fact]
    public void The_object_has_the_numbers_of_the_line()
    {
        using var call = new LossCall();
        call.Write("x", [0.0, 0, 0, 0, 0, 0], 2, 3);
        call.Write("y", (byte[])[0, 2], 2);
        var json = Json(call, "cross-entropy", "--weight", "1,1,3");
        Assert.Equal("cross-entropy", json.GetProperty("name").GetString());
        Assert.Equal("CrossEntropyLoss { Weight = [1, 1, 3] }", json.GetProperty("options").GetString());
        Assert.Equal(Math.Log(3), json.GetProperty("loss").GetDouble(), 15);
        Assert.Equal(4 * Math.Log(3), json.GetProperty("sum").GetDouble(), 14);
        Assert.Equal(4, json.GetProperty("divisor").GetDouble());
        Assert.Equal(("nats", "float64", "[2,3]"),
            (json.GetProperty("unit").GetString(), json.GetProperty("type").GetString(), json.GetProperty("shape").GetRawText()));
        Assert.False(json.TryGetProperty("reason", out _));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_words_and_a_mean_over_nothing_has_a_reason()
    {
        using var call = new LossCall();
        call.Write("x", [float.NegativeInfinity, 0f, 1, 1], 2, 2);
        call.Write("y", (byte[])[0, 1], 2);
        Assert.Equal("Infinity", Json(call, "cross-entropy").GetProperty("loss").GetString());
        Assert.Equal("loss Infinity nats, divisor 2", call.Evaluate("cross-entropy").Line.TrimEnd());

        call.Write("y", (sbyte[])[-1, -1], 2);
        var json = Json(call, "cross-entropy", "--ignore-index", "-1");
        Assert.Equal(JsonValueKind.Null, json.GetProperty("loss").ValueKind);
        Assert.Equal("the mean is over nothing: there is no sample, every one is ignored, or every weight is 0", json.GetProperty("reason").GetString());
        Assert.Equal(0, Json(call, "cross-entropy", "--ignore-index", "-1", "--when-empty", "zero").GetProperty("loss").GetDouble());

        call.Write("x", [float.NaN, 1f], 2);
        call.Write("y", [1f, 3f], 2);
        Assert.Equal("NaN", Json(call, "mse").GetProperty("loss").GetString());
        Assert.Equal(JsonValueKind.Null, Json(call, "mse").GetProperty("unit").ValueKind);
        json = Json(call, "l1", "--reduction", "none");
        Assert.Equal(JsonValueKind.Null, json.GetProperty("loss").ValueKind);
        Assert.Equal("NaN", json.GetProperty("sum").GetString());
        Assert.Equal("the losses are not reduced; --out writes them", json.GetProperty("reason").GetString());
    }

    /// <summary>An array of more numbers than one in memory holds is refused before memory is asked for.</summary>
    [Fact]
    public void What_no_array_holds_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(static () => WholeArray.Count([65536, 32768], "x.npy"));
        Assert.Equal("x.npy of shape [65536, 32768] has 2147483648 numbers; whole arrays are read here, of at most 2147483647.", error.Message);
        Assert.Equal(int.MaxValue, WholeArray.Count([int.MaxValue], "x.npy"));
        Assert.Equal(0, WholeArray.Count([long.MaxValue, long.MaxValue, 0], "x.npy"));
        Assert.Equal(1, WholeArray.Count([], "x.npy"));
    }

    [Theory, MemberData(nameof(Names))]
    public void Help_fits_80_columns(string name)
    {
        var command = LossCommand.Create();
        var root = new RootCommand { command };
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = 80;
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        root.Parse(name.Length == 0 ? ["loss", "--help"] : ["loss", name, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        var text = output.ToString().ReplaceLineEndings("\n");
        Assert.All(text.Split('\n'), static line => Assert.True(TerminalText.Width(line) <= 80, line));
        Assert.All(LossCommand.Examples.Split('\n').Where(static line => line.StartsWith(' ')), static line => Assert.True(line.Length <= 80, line));
        if (name.Length == 0) Assert.All(LossTable.All, entry => Assert.Contains($"\n  {entry.Name} ", text, StringComparison.Ordinal));
        else
            Assert.All(LossTable.All.Single(entry => entry.Name == name).Settings,
                setting => Assert.Contains($"\n  {setting.Option.Name} ", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_process_shows_both_helps()
    {
        var (exit, help, _) = CommandProcess.Run("loss");
        Assert.Equal(0, exit);
        Assert.Equal(help, CommandProcess.Run("loss", "--help").Output);
        Assert.EndsWith(LossCommand.Examples.ReplaceLineEndings("\n") + "\n", help.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        (exit, help, _) = CommandProcess.Run("loss", "cross-entropy", "--help");
        Assert.Equal(0, exit);
        Assert.Contains("\n  surprisal loss cross-entropy [options]\n", help.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Floating targets are class probabilities in the logits' shape.", help, StringComparison.Ordinal);
    }

    private static JsonElement Json(LossCall call, string loss, params string[] arguments)
    {
        var text = LossCall.Run(loss, ["--logits", call.Path("x"), "--targets", call.Path("y"), "--json", .. arguments]);
        Assert.Equal(1, text.ReplaceLineEndings("\n").Count(static c => c == '\n'));
        return JsonElement.Parse(text);
    }
}
