using System.Collections;

namespace Surprisal.Modules;

/// <summary>Modules one after the other, each fed with the output of the one before; named 0, 1, 2 ... as in PyTorch.</summary>
/// <example><code>
/// var random = new Seed(0);
/// var model = new Sequential(new Flatten(), new Linear(64, 48, random), new Relu(), new Linear(48, 10, random));
/// Console.WriteLine(model.Forward(Tensor.Ones&lt;float>(32, 1, 8, 8)).Shape);    // [32, 10]
/// Console.WriteLine(string.Join(" ", model.NamedParameters().Select(p => p.Name)));   // 1.weight 1.bias 3.weight 3.bias
/// </code></example>
public sealed class Sequential : Module, IReadOnlyList<Module>
{
    [ThreadStatic] private static Action<Module>? watcher;

    private readonly Module[] modules;

    /// <summary>A chain of the given modules.</summary>
    /// <param name="modules">In the order in which they run; a chain of none returns its input.</param>
    public Sequential(params ReadOnlySpan<Module> modules)
    {
        this.modules = modules.ToArray();
        for (var i = 0; i < modules.Length; i++) Child($"{i}", modules[i]);
    }

    /// <summary>A chain of the modules of a list.</summary>
    /// <param name="modules">In the order in which they run; a chain of none returns its input.</param>
    public Sequential(IEnumerable<Module> modules) : this([.. modules]) { }

    /// <summary>The number of modules in the chain.</summary>
    public int Count => modules.Length;

    /// <summary>The module at <paramref name="index"/>; <c>[^1]</c> is the last.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such module.</exception>
    public Module this[int index] => (uint)index < (uint)modules.Length ? modules[index]
        : throw new ArgumentOutOfRangeException(nameof(index), $"index is {index}, but the chain has {modules.Length} modules.");

    /// <summary>Is told of every module of a chain, on this thread, as its turn comes; null, the default, is nobody.</summary>
    internal static Action<Module>? Watcher
    {
        get => watcher;
        set => watcher = value;
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        foreach (var module in modules)
        {
            watcher?.Invoke(module);
            input = module.Forward(input);
        }
        return input;
    }

    /// <summary>Goes through the modules in their order.</summary>
    public IEnumerator<Module> GetEnumerator() => ((IEnumerable<Module>)modules).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
