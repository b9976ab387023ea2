using Surprisal.Cli.Models;

namespace Surprisal.Tests.Cli;

/// <summary>JSON that people read too: names stand in it as they are, whichever command writes it.</summary>
public sealed class JsonTextTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void NamesAreNotEscaped()
    {
        Pictures.Write(At("图像"), 10, "红", "蓝");
        AssertReadable(Run("train", "--images", At("图像"), "--size", "8", "--epochs", "1", "--out", At("跑"), "--json-log"), "图像");
        foreach (var (file, name) in ((string, string)[])[("options.json", "图像"), ("data.json", "红"), ("log.jsonl", "图像")])
            AssertReadable(File.ReadAllText(Path.Combine(At("跑"), file)), name);
        var metadata = Safetensors.Read(Path.Combine(At("跑"), "model.safetensors")).Metadata;
        AssertReadable(metadata["class_names"], "\"红\",\"蓝\"");
        AssertReadable(Run("predict", At("跑"), At("图像"), "--json", "-"), "\"红\"");
        AssertReadable(Run("evaluate", "--run", At("跑"), "--json", "-"), "\"红\"");
        AssertReadable(Run("runs", At("跑"), "--json"), "跑");
        AssertReadable(Run("data", At("图像"), "--json"), "红");
        Run("evaluate", "--run", At("跑"), "--json", At("评.json"));
        AssertReadable(Run("compare", At("评.json"), At("评.json"), "--json", "-"), "评");
        Assert.Equal(["红", "蓝"], ModelFile.Read(At("跑")).Card.ClassNames);
    }

    private static void AssertReadable(string json, string name)
    {
        Assert.Contains(name, json, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", json, StringComparison.Ordinal);
    }

    private static string Run(params string[] arguments)
    {
        var (exit, output, errors) = CommandProcess.Run(arguments);
        Assert.Equal((0, ""), (exit, errors));
        return output;
    }

    private string At(string name) => Path.Combine(folder, name);
}
