namespace Surprisal.Modules;

/// <summary>A function with parameters, made of others: what maps inputs to logits. Modules compute in float.</summary>
/// <example>
/// A module registers its parts in the constructor, under the names that PyTorch would give them:
/// <c>hidden = Child("hidden", new Linear(784, 128, seed));</c>
/// </example>
public abstract class Module
{
    private readonly List<(string Name, Tensor<float> Tensor)> parameters = [];
    private readonly List<(string Name, Tensor Tensor, bool Persistent)> buffers = [];
    private readonly List<(string Name, Module Module)> children = [];

    /// <summary>Whether layers such as <see cref="Dropout"/> behave as in training; true until <see cref="Eval"/>.</summary>
    public bool IsTraining { get; internal set; } = true;

    /// <summary>Whether this module stays as it is while the others learn; false until <see cref="Freeze"/>.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Maps a batch of inputs to outputs.</summary>
    /// <param name="input">The batch, in the shape that the summary of the module begins with; its first dimension is that of the samples
    /// as a rule.</param>
    public abstract Tensor<float> Forward(Tensor<float> input);

    /// <summary>Every parameter of this module and its children, in the order of registration; once, however often it is used.</summary>
    public IEnumerable<Tensor<float>> Parameters() => NamedParameters().Select(static named => named.Parameter);

    /// <summary>
    /// Every parameter with its full name, such as <c>features.0.weight</c>; one that has several names comes once, under the first.
    /// </summary>
    public IEnumerable<(string Name, Tensor<float> Parameter)> NamedParameters() =>
        AllParameters().DistinctBy(static named => named.Parameter);

    /// <summary>
    /// Every buffer with its full name: state that is saved but not trained, such as running means. Once, as <see cref="NamedParameters"/>.
    /// </summary>
    public IEnumerable<(string Name, Tensor Buffer)> NamedBuffers() =>
        AllBuffers(persistentOnly: false).DistinctBy(static named => named.Buffer);

    /// <summary>Switches this module and its children to training behaviour, or away from it; passes over those that are frozen.</summary>
    /// <param name="on">Default true; false is <see cref="Eval"/>.</param>
    /// <returns>This module: <c>model.Train().Forward(x)</c>.</returns>
    public Module Train(bool on = true)
    {
        foreach (var (_, module) in NamedModules()) module.IsTraining = on && !module.IsFrozen;
        return this;
    }

    /// <summary>Switches to evaluation: dropout passes everything, batch normalisation uses its running statistics.</summary>
    /// <returns>This module: <c>model.Eval().Forward(x)</c>.</returns>
    public Module Eval() => Train(false);

    /// <summary>The module and what it is made of, one line a module, as PyTorch prints it; frozen ones are marked.</summary>
    public override string ToString()
    {
        var parts = children.Select(static child =>
            $"\n  ({child.Name}): {child.Module.ToString().Replace("\n", "\n  ", StringComparison.Ordinal)}");
        return $"{GetType().Name}({Details}{string.Concat(parts)}{(children.Count > 0 ? "\n" : "")}){(IsFrozen ? " frozen" : "")}";
    }

    /// <summary>The settings that <see cref="ToString"/> shows in parentheses and a checkpoint compares. Default: none.</summary>
    protected virtual string Details => "";

    /// <summary>
    /// Keeps this module and its children as they are while others learn: in evaluation whatever <see cref="Train"/> says, so that running
    /// statistics stay, and without gradients for their parameters, so that optimizers leave them alone.
    /// </summary>
    /// <param name="on">Default true. False lets them learn again: gradients at once, training behaviour from the next <see cref="Train"/>
    /// on.</param>
    public void Freeze(bool on = true)
    {
        foreach (var (_, module) in NamedModules())
        {
            module.IsFrozen = on;
            if (on) module.IsTraining = false;
            foreach (var (_, parameter) in module.parameters)
            {
                parameter.RequiresGrad = !on;
                if (on) parameter.ZeroGrad(); // or a step still to come would use it
            }
        }
    }

    /// <summary>Forgets every parameter's gradient.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in Parameters()) parameter.ZeroGrad();
    }

    /// <summary>
    /// All parameters and saved buffers by full name, under every name that they have; the tensors themselves, not copies.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> StateDictionary() => State(persistentOnly: true);

    /// <summary>Copies values into the parameters and buffers; nothing is written unless everything fits.</summary>
    /// <param name="state">A tensor for every name of <see cref="StateDictionary"/>, of its shape and element type, and for no
    /// other.</param>
    /// <exception cref="ArgumentException">Missing or unexpected names, or other shapes or element types; all are listed.</exception>
    public void LoadStateDictionary(IReadOnlyDictionary<string, Tensor> state) => Load(state, State(persistentOnly: true));

    /// <summary>Writes all parameters and saved buffers to a safetensors file, which Python reads too; whole or not at all.</summary>
    /// <param name="path">The file; what was there before is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Safetensors.Write(path, StateDictionary());

    /// <summary>Reads what <see cref="Save"/> wrote into this module, made as the one that was saved.</summary>
    /// <param name="path">The file.</param>
    /// <returns>This module: <c>var model = new LeNet(1, 28, 28, 10, random).Load("model.safetensors");</c></returns>
    /// <exception cref="InvalidDataException">The file is damaged, or of another model: missing or unexpected names, other shapes; all are
    /// listed with the file's name, and nothing is changed.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public Module Load(string path)
    {
        var state = Safetensors.Read(path).Tensors;
        try
        {
            LoadStateDictionary(state);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {Plain(error)}", error);
        }
        return this;
    }

    private static string Plain(ArgumentException error) => error.Message.Split(" (Parameter '")[0];

    /// <summary>The modules that this one is made of, in the order of registration; not those inside them.</summary>
    public IEnumerable<Module> Children() => children.Select(static child => child.Module);

    internal Dictionary<string, Tensor> State(bool persistentOnly)
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in AllParameters()) state.Add(name, parameter);
        foreach (var (name, buffer) in AllBuffers(persistentOnly)) state.Add(name, buffer);
        return state;
    }

    /// <summary>This module, with an empty name, and all that it is made of; each once, under its first full name.</summary>
    public IEnumerable<(string Name, Module Module)> NamedModules() =>
        Modules("").Select(static at => (at.Prefix.TrimEnd('.'), at.Module)).DistinctBy(static named => named.Module);

    internal static void Load(IReadOnlyDictionary<string, Tensor> state, IReadOnlyDictionary<string, Tensor> into)
    {
        var problems = new List<string>();
        foreach (var (name, tensor) in into)
            if (!state.TryGetValue(name, out var found)) problems.Add($"missing {name}");
            else if (found.GetType() != tensor.GetType() || found.Shape != tensor.Shape)
                problems.Add($"size mismatch for {name}: {found.ElementName} {found.Shape} given, " +
                    $"{tensor.ElementName} {tensor.Shape} needed");
        problems.AddRange(state.Keys.Where(name => !into.ContainsKey(name)).Select(static name => $"unexpected {name}"));
        if (problems.Count > 0)
            throw new ArgumentException($"the state does not fit the model: {string.Join("; ", problems)}.", nameof(state));
        foreach (var (name, tensor) in into) tensor.Assign(state[name]);
    }

    /// <summary>Registers a tensor to be trained.</summary>
    /// <param name="name">Its name in this module, in PyTorch's words, such as <c>weight</c>.</param>
    /// <param name="value">Its first values; the tensor itself, not a copy.</param>
    /// <returns>The same tensor, requiring grad.</returns>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken in this module.</exception>
    protected Tensor<float> Parameter(string name, Tensor<float> value)
    {
        parameters.Add((CheckName(name), value.WithGrad(true)));
        return value;
    }

    /// <summary>Registers state that is not trained; one that is not persistent stays out of the state dictionary, as in PyTorch.</summary>
    /// <param name="name">Its name in this module, in PyTorch's words, such as <c>running_mean</c>.</param>
    /// <param name="value">Its first values; the tensor itself, not a copy.</param>
    /// <param name="persistent">Whether the state dictionary and saved models hold it; checkpoints hold it either way. Default
    /// true.</param>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken in this module.</exception>
    protected Tensor<T> Buffer<T>(string name, Tensor<T> value, bool persistent = true) where T : unmanaged, INumber<T>
    {
        buffers.Add((CheckName(name), value.Keep(), persistent));
        return value;
    }

    /// <summary>Registers a module that this one is made of.</summary>
    /// <param name="name">Its name in this module, in PyTorch's words; it goes before those of its parameters.</param>
    /// <param name="module">The module; it may belong to several.</param>
    /// <returns>The same module.</returns>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken in this module.</exception>
    protected TModule Child<TModule>(string name, TModule module) where TModule : Module
    {
        children.Add((CheckName(name), module));
        return module;
    }

    private IEnumerable<(string Name, Tensor<float> Parameter)> AllParameters() =>
        Modules("").SelectMany(static at => at.Module.parameters.Select(own => (at.Prefix + own.Name, own.Tensor)));

    private IEnumerable<(string Name, Tensor Buffer)> AllBuffers(bool persistentOnly) =>
        Modules("").SelectMany(at =>
            at.Module.buffers.Where(own => own.Persistent || !persistentOnly).Select(own => (at.Prefix + own.Name, own.Tensor)));

    private IEnumerable<(string Prefix, Module Module)> Modules(string prefix) =>
        children.SelectMany(child => child.Module.Modules($"{prefix}{child.Name}.")).Prepend((prefix, this));

    private string CheckName(string name)
    {
        if (name.Length == 0 || name.Contains('.'))
            throw new ArgumentException($"the name '{name}' is empty or has a dot, which separates modules in full names.", nameof(name));
        if (parameters.Exists(own => own.Name == name) || buffers.Exists(own => own.Name == name)
            || children.Exists(own => own.Name == name))
            throw new ArgumentException($"the name '{name}' is taken in this module.", nameof(name));
        return name;
    }
}
