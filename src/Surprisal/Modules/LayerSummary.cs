namespace Surprisal.Modules;

/// <summary>One step of a model: what it is, the shape that comes out of it, and how many numbers it learned.</summary>
/// <example><code>
/// var model = new Sequential(new Flatten(), new Linear(64, 10, new Seed(0)));
/// foreach (var layer in LayerSummary.Of(model, [1, 8, 8])) Console.WriteLine(layer);
/// // Reshape [1, 64]
/// // 1 Linear [1, 10], 650 parameters
/// </code></example>
public sealed record LayerSummary
{
    /// <summary>The full name of the module that it learns in, as in <see cref="Module.NamedModules"/>; empty for what has no
    /// parameters.</summary>
    public required string Name { get; init; }

    /// <summary>The type of that module, such as Conv2d; of what has no parameters the operation, such as Relu.</summary>
    public required string Kind { get; init; }

    /// <summary>What comes out, for one sample; null where the model did not come by.</summary>
    public required TensorShape? Output { get; init; }

    /// <summary>How many numbers are learned in it; those of parameters that are used again are counted where they come first.</summary>
    public required long Parameters { get; init; }

    /// <summary>The steps of a model in the order in which a batch of one sample goes through them in evaluation.</summary>
    /// <remarks>The parameters of all steps together are all that the model has.</remarks>
    /// <param name="model">The model; it is run once on zeros and stays as it is.</param>
    /// <param name="sampleShape">The shape of a sample, without the dimension of the batch: [1, 28, 28].</param>
    /// <exception cref="ArgumentException">The model takes no such samples.</exception>
    public static IReadOnlyList<LayerSummary> Of(Module model, TensorShape sampleShape)
    {
        ArgumentNullException.ThrowIfNull(model);
        var owners = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, parameter) in model.NamedParameters()) owners.Add(parameter, name[..Math.Max(0, name.LastIndexOf('.'))]);
        var kinds = model.NamedModules().ToDictionary(static named => named.Name, static named => named.Module.GetType().Name,
            StringComparer.Ordinal);
        var (trace, _) = ModuleTrace.Run(model, Tensor.Zeros<float>([1, .. sampleShape]));
        var (layers, seen) = (new List<LayerSummary>(), new HashSet<Tensor>(ReferenceEqualityComparer.Instance));
        foreach (var operation in trace.Operations)
        {
            var own = operation.Inputs.OfType<Tensor>().Where(owners.ContainsKey).ToList();
            var owner = own.Count > 0 ? owners[own[0]] : null;
            layers.Add(new()
            {
                Name = owner ?? "", Kind = owner is null ? operation.Name : kinds[owner], Output = operation.Output.Shape,
                Parameters = own.Where(seen.Add).Sum(static parameter => (long)parameter.Length),
            });
        }
        layers.AddRange(model.NamedParameters().Where(named => !seen.Contains(named.Parameter))
            .GroupBy(named => owners[named.Parameter], StringComparer.Ordinal)
            .Select(owner => new LayerSummary
            {
                Name = owner.Key, Kind = kinds[owner.Key], Output = null,
                Parameters = owner.Sum(static named => (long)named.Parameter.Length),
            }));
        return layers;
    }

    /// <summary>One line: features.0 Conv2d [1, 16, 28, 28], 400 parameters.</summary>
    public override string ToString() =>
        $"{Name} {Kind}{(Output is { } shape ? $" {shape}" : "")}{(Parameters > 0 ? $", {Parameters} parameters" : "")}".TrimStart();
}
