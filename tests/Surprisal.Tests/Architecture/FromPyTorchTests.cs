using System.Reflection;
using System.Text.RegularExpressions;
using Surprisal.Modules;
using Surprisal.Training;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Architecture;

/// <summary>docs/from-pytorch.md names what is there, and its code runs.</summary>
public sealed partial class FromPyTorchTests
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.FlattenHierarchy;

    /// <summary>What torchvision has, or nobody: no layers.</summary>
    private static readonly Type[] models = [typeof(LeNet), typeof(ResNet), typeof(BasicBlock), typeof(UNet)];

    private static readonly Type[] types = [.. typeof(Tensor).Assembly.GetExportedTypes()];

    [Fact]
    public void Every_name_in_the_middle_column_exists() =>
        Problems.None(Names(Repository.Read("docs/from-pytorch.md")).Where(static name => !Exists(name)).Distinct(StringComparer.Ordinal)
            .Select(static name => $"docs/from-pytorch.md: the library has no {name}."));

    [Fact]
    public void Every_loss_function_and_module_is_in_the_middle_column()
    {
        var names = Names(Repository.Read("docs/from-pytorch.md")).ToHashSet(StringComparer.Ordinal);
        var losses = types.Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Loss)));
        var options = losses.SelectMany(static loss => loss.GetProperties()
            .Where(static option => option is { SetMethod.IsPublic: true, Name: not ("Normalizer" or "WhenEmpty") })
            .Select(option => $"{loss.Name}.{option.Name}"));
        var functions = typeof(Functional).GetMethods().Where(static method => method.IsStatic).Select(static method => $"F.{method.Name}(");
        var modules = types.Where(static type => type.IsSubclassOf(typeof(Surprisal.Modules.Module)) && !models.Contains(type) && !type.IsAbstract)
            .Select(static type => $"new {type.Name}(");
        Problems.None(losses.Select(static loss => loss.Name).Concat(options).Concat(functions).Concat(modules).Distinct(StringComparer.Ordinal)
            .Where(wanted => !names.Any(name => wanted.EndsWith('(') ? name.StartsWith(wanted, StringComparison.Ordinal) : name == wanted))
            .Select(static wanted => $"docs/from-pytorch.md does not have {wanted.TrimEnd('(')}."));
    }

    [Theory]
    [InlineData("CrossEntropyLoss.Weight", true)]
    [InlineData("CrossEntropyLoss.Reduction", true)]
    [InlineData("CrossEntropyLoss.Weights", false)]
    [InlineData("F.CrossEntropy(weight:, ignoreIndex:)", true)]
    [InlineData("F.CrossEntropy(ignoreIndex:, zeroTimesInfinityIsZero:)", false)]
    [InlineData("F.CrossEntropy(weight)", false)]
    [InlineData("KlDivLoss.Forward(input:, target:)", true)]
    [InlineData("KlDivLoss.Softmax(axis:)", false)]
    [InlineData("x.Softmax(dim:)", true)]
    [InlineData("x.Softmax(axis:)", false)]
    [InlineData("x.To<double>()", true)]
    [InlineData("new Linear(inFeatures:, seed:)", true)]
    [InlineData("new Linear(weight:)", false)]
    [InlineData("Reduction.FromLegacy(reduce:)", true)]
    [InlineData("Absent", false)]
    public void A_name_that_is_not_there_is_found(string name, bool exists) => Assert.Equal(exists, Exists(name));

    [Fact]
    public void Names_are_read_from_the_middle_column_only() =>
        Assert.Equal(["B", "C.D(e:)"], Names("| x | Surprisal | y |\n|---|---|---|\n| `A` | `B`, `C.D(e:)` | `E` |\n\n| x | y |\n|---|---|\n| `F` | `G` |\n"));

    [Fact]
    public void The_example_of_pytorchs_documentation_runs()
    {
        // snippet: from-pytorch
        var loss = new CrossEntropyLoss();

        var random = new Seed(0);
        var input = Tensor.Randn<float>([3, 5], random, requiresGrad: true);
        var target = Tensor.RandInt<long>(0, 5, [3], random);
        var output = loss.Forward(input, target);
        output.Backward();

        var probabilities = Tensor.Randn<float>([3, 5], random).Softmax(1);
        output = loss.Forward(input, probabilities);
        output.Backward();
        // end
        // Two gradients added up: 2 softmax - one-hot - probabilities, over the batch.
        var expected = (2 * input.Detach().Softmax(1) - target.OneHot(5).To<float>() - probabilities) / 3;
        Assert.All(expected.ToArray().Zip(input.Grad!.ToArray()), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void The_training_script_learns_and_its_file_holds_the_model()
    {
        var random = new Seed(3);
        var inputs = Tensor.Randn<float>([64, 2], random);
        var targets = Tensor.Create<long>([.. inputs.ToArray().Chunk(2).Select(static point => point[0] > point[1] ? 1L : 0L)]);
        var folder = Directory.CreateTempSubdirectory("surprisal");
        var path = Path.Combine(folder.FullName, "model.safetensors");
        try
        {
            // snippet: from-pytorch-training
            var loader = new DataLoader(new TensorDataset(inputs, targets, ["left", "right"]), batchSize: 8, shuffle: random);
            var model = new Sequential(new Linear(2, 2, random));
            var loss = new CrossEntropyLoss();
            var optimizer = new Sgd(model.Parameters(), learningRate: 0.5, momentum: 0.9);
            var schedule = new StepLr(optimizer, stepSize: 2, gamma: 0.1);

            for (var epoch = 0; epoch < 4; epoch++)
            {
                foreach (var (x, y) in loader)
                {
                    var output = loss.Forward(model.Forward(x), y);
                    optimizer.ZeroGrad();
                    output.Backward();
                    optimizer.Step();
                }
                schedule.Step();
            }

            Safetensors.Write(path, model.StateDictionary());
            model.LoadStateDictionary(Safetensors.Read(path).Tensors);

            model.Eval();
            using var off = Tensor.NoGrad();
            var predicted = model.Forward(inputs).ArgMax(1);
            // end
            Assert.Equal(0.005, optimizer.LearningRate, 1e-12);
            Assert.True(predicted.ToArray().Zip(targets.ToArray()).Count(static pair => pair.First == pair.Second) >= 60);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_traps_have_pytorchs_numbers()
    {
        // snippet: from-pytorch-traps
        var input = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]);
        var target = Tensor.Create<int>([0, 1, 1]);                       // int is as good as long
        var soft = Tensor.Create<float>([[0.9f, 0.1f], [0.2f, 0.8f], [0, 1]]);

        var mean = F.CrossEntropy(input, target, weight: [1, 2]);         // 0.3642: divided by 1 + 2 + 2
        var oneHot = F.CrossEntropy(input, target.OneHot(2).To<float>(), weight: [1, 2]); // 0.6070: divided by 3
        var raw = F.Nll(input, target);                                   // -2.3333: logits, so no likelihood
        var twice = F.CrossEntropy(input.Softmax(1), target);             // 0.5723, and not 0.5224
        var elements = F.KlDiv(input.LogSoftmax(1), soft);                // 0.1736: divided by 6
        var divergence = F.KlDiv(input.LogSoftmax(1), soft, Reduction.BatchMean); // 0.3472: divided by 3
        // end
        float[] pytorch = [0.3642f, 0.6070f, -2.3333f, 0.5723f, 0.1736f, 0.3472f];
        Assert.Equal(pytorch, new[] { mean, oneHot, raw, twice, elements, divergence }.Select(static value => MathF.Round(value.Item(), 4)));
    }

    /// <summary>The code in the second column of every table whose second column is Surprisal's.</summary>
    private static IEnumerable<string> Names(string markdown)
    {
        var inTable = false;
        foreach (var line in markdown.Split('\n'))
        {
            var cells = line.Split('|');
            if (cells.Length < 4) inTable = false;
            else if (cells[2].Trim() == "Surprisal") inTable = true;
            else if (inTable)
                foreach (Match code in CodePattern().Matches(cells[2])) yield return code.Groups["code"].Value;
        }
    }

    /// <summary>Whether there is such a type, member, constructor, or method with all these parameters.</summary>
    private static bool Exists(string name)
    {
        if (NamePattern().Match(name) is not { Success: true } match) return false;
        var (owner, member) = (match.Groups["owner"].Value, match.Groups["member"].Value);
        var owners = owner == "F" ? [typeof(Functional)]
            : owner == "x" ? [typeof(Tensor<float>)]
            : types.Where(type => type.Name.Split('`')[0] == owner).ToArray();
        string[] parameters = [.. match.Groups["parameter"].Captures.Select(static capture => capture.Value)];
        if (match.Groups["new"].Success) return owners.Any(type => type.GetConstructors().Any(constructor => Has(constructor, parameters)));
        if (member.Length == 0) return owners.Length > 0;
        var methods = owners.SelectMany(type => type.GetMember(member, Members).OfType<MethodInfo>())
            .Concat(types.SelectMany(type => type.GetMember(member, Members)).OfType<MethodInfo>().Where(method => owners.Any(type => Extends(method, type))));
        return methods.Any(method => (method.IsPublic || method.IsFamily) && Has(method, parameters))
            || (parameters.Length == 0 && owners.Any(type => type.GetMember(member, Members).Any(static found => found is PropertyInfo or FieldInfo)));
    }

    private static bool Has(MethodBase method, string[] parameters) => parameters.All(name => method.GetParameters().Any(parameter => parameter.Name == name));

    /// <summary>By its first parameter; static extensions of a type have none, so the only one is known by name.</summary>
    private static bool Extends(MethodInfo method, Type type)
    {
        if (method.DeclaringType == typeof(LegacyReduction)) return type == typeof(Reduction);
        if (!method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false)) return false;
        var extended = method.GetParameters()[0].ParameterType;
        for (var at = type; at is not null; at = at.BaseType)
            if (at == extended || (at.IsGenericType && extended.IsGenericType && at.GetGenericTypeDefinition() == extended.GetGenericTypeDefinition()))
                return true;
        return false;
    }

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"^(?<new>new )?(?<owner>\w+)(\.(?<member>\w+))?(<\w+>)?(\(((?<parameter>\w+):(, )?)*\))?$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex NamePattern();
}
