using Surprisal.Cli.Models;
using Network = Surprisal.Cli.Models.Architecture;

namespace Surprisal.Tests.Cli;

/// <summary>Training that begins with the weights of a run of the same classes, or of others.</summary>
public sealed class FineTuningTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("lenet", "classifier.5")]
    [InlineData("resnet", "fc")]
    [InlineData("mlp", "3")]
    public void OtherClassesMakeTheLastLayerNewAndTakeTheRest(string model, string last)
    {
        Train("two", ["a", "b"], model);
        // So small a rate that weights stay: what is taken is seen in what is kept.
        var errors = Train("three", ["a", "b", "c"], model, "--from", At("two"), "--lr", "1e-30", "--optimizer", "sgd", "--momentum", "0");
        Assert.Equal($"surprisal: {At("two/model.safetensors")}: its classes are a, b; the last layer, {last}, is made new\n", errors);
        var (before, after) = (ModelFile.Read(At("two")).Model, ModelFile.Read(At("three")).Model);
        foreach (var ((name, was), (_, now)) in before.NamedParameters().Zip(after.NamedParameters()))
            if (!name.StartsWith($"{last}.", StringComparison.Ordinal)) Assert.Equal(was.ToArray(), now.ToArray());
            else Assert.Equal((2, 3), (was.Shape[0], now.Shape[0]));
        var fresh = new Network(model, [3, 8, 8], 3).Build(new Seed(0));
        Assert.NotEqual(fresh.Parameters().First().ToArray(), after.Parameters().First().ToArray());
    }

    [Fact]
    public void TheSameNumberOfOtherNamesIsOtherClassesAndTheSameNamesAreNot()
    {
        Train("two", ["a", "b"], "mlp");
        Assert.Equal("", Train("same", ["a", "b"], "mlp", "--from", At("two"), "--lr", "1e-30"));
        var (two, same) = (ModelFile.Read(At("two")).Model, ModelFile.Read(At("same")).Model);
        Assert.Equal(two.Parameters().Last().ToArray(), same.Parameters().Last().ToArray());
        Assert.Contains("its classes are a, b; the last layer, 3, is made new", Train("other", ["a", "猫"], "mlp", "--from", At("two")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsWithoutNamesGoByTheirShapes()
    {
        Train("two", ["a", "b"], "mlp");
        var weights = At("weights.safetensors");
        Safetensors.Write(weights, Safetensors.Read(At("two/model.safetensors")).Tensors);
        Assert.Equal("", Train("same", ["x", "y"], "mlp", "--from", weights));
        Assert.Equal($"surprisal: {weights}: another number of classes; the last layer, 3, is made new\n",
            Train("three", ["a", "b", "c"], "mlp", "--from", weights));
    }

    [Fact]
    public void OtherDifferencesAreRefusedByNameAndShape()
    {
        Train("two", ["a", "b"], "mlp");
        Train("one", ["a", "b"], "linear");
        Assert.EndsWith($"{Model("two")}: it is mlp of 3 x 8 x 8 to 2 classes, but here is lenet of 3 x 8 x 8 to 3 classes; the same network was " +
            "expected: --model, --size and --grey decide it.\n", Refused("lenet", At("two")), StringComparison.Ordinal);
        Assert.Contains("it is mlp of 3 x 8 x 8 to 2 classes, but here is mlp of 3 x 10 x 10 to 3 classes; ", Refused("mlp", At("two"), size: 10),
            StringComparison.Ordinal);
        // Another program's file says nothing of its network, so the first of its differences are told.
        var foreign = At("foreign.safetensors");
        Safetensors.Write(foreign, Safetensors.Read(Model("two")).Tensors);
        Assert.EndsWith("the state does not fit the model: missing features.0.weight; missing features.1.weight; missing features.1.bias; and 19 more.\n",
            Refused("lenet", foreign), StringComparison.Ordinal);
        Assert.EndsWith("its classes are others, and this network has no layer but the last, which would be made new: " +
            "nothing would be left to begin with.\n", Refused("linear", At("one")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("run")));
    }

    private string Refused(string model, string from, int size = 8)
    {
        Pictures.Write(At("images-3"), 5, "a", "b", "c");
        var (exit, _, errors) = CommandProcess.Run(["train", "--images", At("images-3"), "--size", $"{size}", "--epochs", "1", "--model", model, "--from", from,
            "--out", At("run")]);
        Assert.Equal(1, exit);
        return errors;
    }

    private string Train(string name, string[] classes, string model, params string[] more)
    {
        var images = At($"images of {string.Join(' ', classes)}");
        Pictures.Write(images, 10, classes);
        var (exit, _, errors) = CommandProcess.Run(
            ["train", "--images", images, "--size", "8", "--epochs", "1", "--model", model, "--out", At(name), "--quiet", .. more]);
        Assert.Equal(0, exit);
        return errors;
    }

    private string Model(string run) => Path.Combine(At(run), "model.safetensors");

    private string At(string name) => Path.Combine(folder, name);
}
