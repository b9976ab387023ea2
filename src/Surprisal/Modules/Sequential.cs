namespace Surprisal.Modules;

/// <summary>Modules one after the other, each fed with the output of the one before; named 0, 1, 2 ... as in PyTorch.</summary>
public sealed class Sequential : Module
{
    [ThreadStatic] private static Action<Module>? watcher;

    private readonly Module[] modules;

    /// <summary>A chain of the given modules.</summary>
    public Sequential(params ReadOnlySpan<Module> modules)
    {
        this.modules = modules.ToArray();
        for (var i = 0; i < modules.Length; i++) Child($"{i}", modules[i]);
    }

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
}
