using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>What a newcomer calls on a model: switches that chain, parts by index, one file for all numbers.</summary>
public sealed class ModuleDoorTests
{
    [Fact]
    public void Switches_return_the_module()
    {
        var model = new Sequential(new Dropout(0.5, new Seed(0)));
        Assert.Same(model, model.Eval());
        Assert.Equal([1f, 1], model.Eval().Forward(Tensor.Ones<float>(1, 2)).ToArray());
        Assert.True(model.Train().IsTraining);
    }

    [Fact]
    public void Parts_are_found_by_index_name_and_order()
    {
        var random = new Seed(0);
        var layers = new List<Module> { new Linear(2, 3, random), new Relu(), new Linear(3, 2, random) };
        var model = new Sequential(layers);
        Assert.Equal(layers, model);
        Assert.Equal(layers, model.Children());
        Assert.Same(layers[^1], model[^1]);
        Assert.Equal(3, model.Count);
        Assert.Equal(["", "0", "1", "2"], model.NamedModules().Select(static named => named.Name));
        Assert.Equal("index is 3, but the chain has 3 modules. (Parameter 'index')", Assert.Throws<ArgumentOutOfRangeException>(() => model[3]).Message);
    }

    [Fact]
    public void A_list_gives_its_parameters_and_is_called_part_by_part()
    {
        var model = new Branches(new Seed(0));
        Assert.Equal(["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"], model.NamedParameters().Select(static named => named.Name));
        Assert.True(model.Forward(Tensor.Ones<float>(4, 2)).Shape == [4, 2]);
        var list = (ModuleList)model.Children().Single();
        Assert.Equal(2, list.Count);
        Assert.StartsWith("a ModuleList has no Forward", Assert.Throws<NotSupportedException>(() => list.Forward(Tensor.Ones<float>(4, 2))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[2]);
    }

    [Fact]
    public void A_file_keeps_a_model()
    {
        var folder = Directory.CreateTempSubdirectory("surprisal").FullName;
        try
        {
            var (path, input) = (Path.Combine(folder, "model.safetensors"), Tensor.Rand<float>([3, 1, 8, 8], new Seed(1)));
            var model = new LeNet(1, 8, 8, 3, new Seed(2));
            model.Forward(input); // moves the running statistics
            model.Save(path);
            var other = new LeNet(1, 8, 8, 3, new Seed(3));
            Assert.Same(other, other.Load(path));
            Assert.Equal(model.Eval().Forward(input).ToArray(), other.Eval().Forward(input).ToArray());
            var error = Assert.Throws<InvalidDataException>(() => new LeNet(1, 8, 8, 4, new Seed(3)).Load(path));
            Assert.StartsWith($"{path}: the state does not fit the model: size mismatch for classifier.5.weight", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Parameter", error.Message, StringComparison.Ordinal);

            using var memory = new MemoryStream();
            memory.WriteByte(7); // whatever stands before
            Safetensors.Write(memory, model.StateDictionary());
            memory.Position = 1;
            Assert.Equal(File.ReadAllBytes(path), memory.ToArray()[1..]);
            Assert.Equal(model.StateDictionary().Keys.Order(StringComparer.Ordinal), Safetensors.Read(memory).Tensors.Keys.Order(StringComparer.Ordinal));
            memory.Position = 0;
            Assert.StartsWith("the stream is no valid safetensors file: ", Assert.Throws<InvalidDataException>(() => Safetensors.Read(memory)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Branches : Module
    {
        private readonly ModuleList layers;

        public Branches(Seed seed) => layers = Child("layers", new ModuleList([new Linear(2, 2, seed), new Linear(2, 2, seed)]));

        public override Tensor<float> Forward(Tensor<float> input) => layers[0].Forward(input) + layers[1].Forward(input);
    }
}
