namespace Surprisal.Cuda;

/// <summary>How many rows of hidden states there are, how long they are, and how many classes.</summary>
internal readonly record struct LinearSizes(int Rows, int Features, int Classes)
{
    /// <summary>What an array of .NET holds.</summary>
    private const int MaxElements = 2_147_483_591;

    /// <summary>The sizes of a linear layer; refuses what is none.</summary>
    /// <exception cref="ArgumentException">By the argument, with its shape and the one it needs.</exception>
    public static LinearSizes Of(TensorShape hidden, TensorShape weight, TensorShape? bias)
    {
        if (weight.Rank != 2 || weight.ElementCount == 0)
            throw new ArgumentException(
                $"weight has shape {weight}; it needs [classes, features], at least one of each.", nameof(weight));
        if (hidden.Rank == 0 || hidden[^1] != weight[1])
            throw new ArgumentException($"hidden has shape {hidden}, but its last dimension must be {weight[1]}, the features of " +
                $"weight {weight}.", nameof(hidden));
        if (bias is { } given && given != TensorShape.Create([weight[0]]))
            throw new ArgumentException($"bias has shape {given}; it needs [{weight[0]}], one for each class of weight.", nameof(bias));
        CheckLength(hidden, nameof(hidden));
        CheckLength(weight, nameof(weight));
        return new((int)(hidden.ElementCount / weight[1]), weight[1], weight[0]);
    }

    /// <summary>The shape of what each row has one of: that of the hidden states without the features.</summary>
    public static TensorShape RowsOf(TensorShape hidden) => TensorShape.Create(hidden.AsSpan()[..^1]);

    /// <summary>Refuses a shape that one call does not take.</summary>
    public static void CheckLength(TensorShape shape, string name)
    {
        if (shape.ElementCount > MaxElements)
            throw new ArgumentException($"{name} has shape {shape}; at most {MaxElements} elements fit one call.", name);
    }
}
