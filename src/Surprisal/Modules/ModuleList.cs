using System.Collections;

namespace Surprisal.Modules;

/// <summary>
/// Modules that another module calls as it likes, in a list whose parameters are the other's: named 0, 1, 2 ... as in PyTorch.
/// </summary>
/// <example><c>layers = Child("layers", new ModuleList([new Linear(8, 8, seed), new Linear(8, 2, seed)]));</c></example>
public sealed class ModuleList : Module, IReadOnlyList<Module>
{
    private readonly Module[] modules;

    /// <summary>A list of the given modules.</summary>
    /// <param name="modules">In the order of their names; none make an empty list.</param>
    public ModuleList(IEnumerable<Module> modules)
    {
        this.modules = [.. modules];
        for (var i = 0; i < this.modules.Length; i++) Child($"{i}", this.modules[i]);
    }

    /// <summary>The number of modules.</summary>
    public int Count => modules.Length;

    /// <summary>The module at <paramref name="index"/>; <c>[^1]</c> is the last.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such module.</exception>
    public Module this[int index] => (uint)index < (uint)modules.Length ? modules[index]
        : throw new ArgumentOutOfRangeException(nameof(index), $"index is {index}, but the list has {modules.Length} modules.");

    /// <summary>A list is no function: it holds modules for the one that calls them. A chain is a <see cref="Sequential"/>.</summary>
    /// <param name="input">Not looked at.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => throw new NotSupportedException(
        "a ModuleList has no Forward of its own: call its modules one by one, or use a Sequential for a chain.");

    /// <summary>Goes through the modules in their order.</summary>
    public IEnumerator<Module> GetEnumerator() => ((IEnumerable<Module>)modules).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
