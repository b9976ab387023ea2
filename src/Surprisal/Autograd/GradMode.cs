namespace Surprisal;

/// <summary>Whether operations are recorded on the tape; a scope that restores the previous state when it ends.</summary>
public readonly ref struct GradMode
{
    [ThreadStatic] private static bool disabled;
    private readonly bool before;

    private GradMode(bool before) => this.before = before;

    /// <summary>Whether the current thread records operations; true unless inside <see cref="Tensor.NoGrad"/>.</summary>
    public static bool IsEnabled => !disabled;

    internal static GradMode Off()
    {
        var scope = new GradMode(disabled);
        disabled = true;
        return scope;
    }

    /// <summary>Ends the scope.</summary>
    public void Dispose() => disabled = before;
}
