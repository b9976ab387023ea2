namespace Surprisal;

/// <summary>A step of a loop, at whose end the memory of what was made inside is used again; opened by <see cref="Tensor.Step"/>.</summary>
public readonly ref struct StepScope
{
    [ThreadStatic] private static List<Tensor>? current;

    private readonly List<Tensor>? made, before;

    private StepScope(List<Tensor> made, List<Tensor>? before) => (this.made, this.before) = (made, before);

    /// <summary>Ends the step: memory made in it on this thread, and not kept, is used again. The default ends none.</summary>
    public void Dispose()
    {
        if (made is null) return;
        current = before;
        foreach (var tensor in made)
            if (!tensor.Storage.IsKept) tensor.ReturnToPool();
        made.Clear();
    }

    internal static StepScope Open()
    {
        var scope = new StepScope([], current);
        current = scope.made;
        return scope;
    }

    /// <summary>Notes a tensor with memory of its own, so that the end of the step returns it.</summary>
    internal static void Note(Tensor made) => current?.Add(made);

    /// <summary>Whether this thread is in a step.</summary>
    internal static bool IsOpen => current is not null;
}
