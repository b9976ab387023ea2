namespace Surprisal;

/// <summary>What users have asked to see of one gradient, in the order in which they asked.</summary>
internal sealed class GradientHooks
{
    private readonly List<Hook> hooks = [];

    public bool IsEmpty => hooks.Count == 0;

    /// <summary>Adds one, until the result is disposed.</summary>
    public IDisposable Add(Func<Tensor, Tensor?> hook)
    {
        var added = new Hook(this, hook);
        hooks.Add(added);
        return added;
    }

    /// <summary>What goes on after all of them: the gradient, or what the last one that returned something made of it.</summary>
    public Tensor Run(GradientFunction node, Tensor gradient)
    {
        foreach (var hook in hooks.ToArray()) // which may remove itself or others
        {
            if (!hooks.Contains(hook) || hook.Function(gradient) is not { } changed) continue;
            if (changed.Shape != gradient.Shape)
                throw new InvalidOperationException($"hook has changed the size of value: the gradient at {node.Name} has shape " +
                    $"{gradient.Shape}, and the hook returned one of shape {changed.Shape}.");
            gradient = changed;
        }
        return gradient;
    }

    private sealed class Hook(GradientHooks owner, Func<Tensor, Tensor?> function) : IDisposable
    {
        public Func<Tensor, Tensor?> Function => function;

        public void Dispose() => owner.hooks.Remove(this);
    }
}
