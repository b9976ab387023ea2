using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

public sealed class DependencyTests
{
    private static readonly SourceFile[] library = [.. SourceFile.All("src/Surprisal")];
    private static readonly DependencyRules rules = new(library);

    [Fact]
    public void Every_file_of_the_library_is_in_a_layer() =>
        Problems.None(library.Where(static file => !DependencyRules.Layers.Contains(file.Layer, StringComparer.Ordinal))
            .Select(static file => $"{file.Path} is in none of the layers {string.Join(", ", DependencyRules.Layers)}."));

    [Fact]
    public void Every_layer_has_types() => Assert.All(DependencyRules.Layers, static layer => Assert.NotEmpty(rules.TypesOf(layer)));

    [Fact]
    public void Nothing_mentions_a_layer_above() =>
        Problems.None(library.Where(static file => DependencyRules.Layers.Contains(file.Layer, StringComparer.Ordinal)).SelectMany(rules.Broken));

    [Fact]
    public void Namespaces_follow_the_layers() =>
        Problems.None(library.Where(static file => !IsShared(file) && file.Namespace != DependencyRules.NamespaceOf(file.Layer))
            .Select(static file => $"{file.Path} is in namespace {file.Namespace ?? "(none)"}; its layer's is {DependencyRules.NamespaceOf(file.Layer)}."));

    [Fact]
    public void Public_types_are_in_five_namespaces_and_no_kernel_is_public() =>
        Assert.Equal(["Surprisal", "Surprisal.Metrics", "Surprisal.Modules", "Surprisal.Onnx", "Surprisal.Training"],
            typeof(Tensor).Assembly.GetExportedTypes().Select(static type => type.Namespace!).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Surprisal.Cli")]
    [InlineData("Surprisal.Columnar")]
    [InlineData("Surprisal.Cli.Columnar")]
    [InlineData("Surprisal.Mpi")]
    [InlineData("Surprisal.Cuda")]
    public void Packages_beside_the_library_know_its_public_part_only(string package)
    {
        var assembly = typeof(Tensor).Assembly;
        Assert.DoesNotContain(package, assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(static attribute => attribute.AssemblyName));

        var command = SourceFile.All($"src/{package}").ToList();
        var exported = assembly.GetExportedTypes();
        var known = exported.Select(static type => type.Name.Split('`')[0])
            .Concat(from type in exported from option in type.GetProperties() select option.Name)
            .Concat(command.SelectMany(static file => file.Types.Select(static type => type.Name).Concat(file.Members)));
        var hidden = library.Where(static file => !IsShared(file)).SelectMany(static file => file.TopTypes).Append("Kernels")
            .Except(known, StringComparer.Ordinal).ToList();
        Problems.None(
            from file in command
            from name in hidden
            from use in Regex.Matches(file.Code, $@"(?<!\.)\b{name}\b", RegexOptions.None, TimeSpan.FromSeconds(5))
            select $"{file.Path}:{file.Line(use.Index)} mentions {name}, which is internal to the library; {package} uses its public API only.");
    }

    [Theory]
    [InlineData("Kernels/Row.cs", "var shape = Shape.Length(x);", "Shape of Shapes")]
    [InlineData("Losses/Row.cs", "Tensor<float>? gradient = null;", "Tensor of Autograd")]
    [InlineData("Losses/Row.cs", "throw new ArgumentException($\"{TensorPrinter.Format(x)}\");", "TensorPrinter of Autograd")]
    [InlineData("Losses/Row.cs", "using Surprisal.Training;", "Training of Training")]
    [InlineData("Autograd/Row.cs", "var loss = new CrossEntropyLoss();", "CrossEntropyLoss of Losses")]
    [InlineData("Autograd/Row.cs", "var layer = new Modules.Linear(1, 2, 3);", "Modules of Modules")]
    [InlineData("Modules/Row.cs", "private readonly Optimizer optimizer;", "Optimizer of Training")]
    [InlineData("Metrics/Row.cs", "Tensor<float>? logits = null;", "Tensor of Autograd")]
    [InlineData("Losses/Row.cs", "using Surprisal.Metrics;", "Metrics of Metrics")]
    public void A_file_that_looks_up_is_found(string path, string code, string mentioned) =>
        Assert.Contains(rules.Broken(new SourceFile($"src/Surprisal/{path}", code)),
            problem => problem.Contains($" mentions {mentioned};", StringComparison.Ordinal));

    [Theory]
    [InlineData("Losses/Row.cs", "/// <see cref=\"Tensor\"/>\n// Tensor\nvar text = \"Tensor\";")]
    [InlineData("Losses/Row.cs", "var lanes = Kernels.Lanes<float>.Count;")]
    [InlineData("Autograd/LossExtensions.cs", "new CrossEntropyLoss().Forward(x);")]
    [InlineData("Autograd/Row.cs", "x.Linear(weight, bias).Flatten();")]
    [InlineData("Autograd/Row.cs", "Kernels.Softmax.Row<T>(from, to, log);")]
    [InlineData("Training/Row.cs", "new Linear(1, 2, 3).Forward(Tensor.Zeros<float>([1]));")]
    public void A_file_that_looks_down_or_around_is_not(string path, string code) =>
        Assert.Empty(rules.Broken(new SourceFile($"src/Surprisal/{path}", code)));

    /// <summary>Whether other packages compile copies of their own, in their own namespaces, because the library does not offer the type.</summary>
    private static bool IsShared(SourceFile file) =>
        file.Code.Contains("#if COMMAND", StringComparison.Ordinal) || file.Code.Contains("#if COLUMNAR", StringComparison.Ordinal);
}
