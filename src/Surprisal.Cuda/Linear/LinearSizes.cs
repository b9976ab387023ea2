namespace Surprisal.Cuda;

/// <summary>How many rows of hidden states there are, how long they are, and how many classes.</summary>
internal readonly record struct LinearSizes(int Rows, int Features, int Classes)
{
    /// <summary>What an array of .NET holds.</summary>
    private const int MaxElements = 2_147_483_591;

    /// <summary>The sizes of a linear layer, its targets and its loss; refuses what does not fit.</summary>
    /// <exception cref="ArgumentException">By the argument, with its shape and the one it needs.</exception>
    /// <exception cref="NotSupportedException">Label smoothing with more class weights than there is a kernel for.</exception>
    public static LinearSizes Of(
        LinearCrossEntropyLoss loss, TensorShape hidden, TensorShape weight, TensorShape targets, TensorShape? bias)
    {
        if (weight.Rank != 2 || weight.ElementCount == 0)
            throw new ArgumentException(
                $"weight has shape {weight}; it needs [classes, features], at least one of each.", nameof(weight));
        if (hidden.Rank == 0 || hidden[^1] != weight[1])
            throw new ArgumentException($"hidden has shape {hidden}, but its last dimension must be {weight[1]}, the features of " +
                $"weight {weight}.", nameof(hidden));
        if (bias is { } given && given != TensorShape.Create([weight[0]]))
            throw new ArgumentException($"bias has shape {given}; it needs [{weight[0]}], one for each class of weight.", nameof(bias));
        var rows = TensorShape.Create(hidden.AsSpan()[..^1]);
        if (targets != rows)
            throw new ArgumentException($"targets has shape {targets}, but hidden of shape {hidden} needs {rows}: a class for each of " +
                "its rows.", nameof(targets));
        CheckLength(hidden, nameof(hidden));
        CheckLength(weight, nameof(weight));
        if (loss.Weight is { } weights)
        {
            if (weights.Count != weight[0])
                throw new ArgumentException($"weight tensor should be defined either for all {weight[0]} classes or no classes but got " +
                    $"weight tensor of shape: [{weights.Count}]", nameof(loss));
            if (loss.LabelSmoothing > 0 && weights.Count > LaneTotal.MaxLength)
                throw new NotSupportedException(
                    $"label smoothing with class weights has a kernel up to {LaneTotal.MaxLength} classes; weight has {weights.Count}.");
        }
        return new((int)(hidden.ElementCount / weight[1]), weight[1], weight[0]);
    }

    private static void CheckLength(TensorShape shape, string name)
    {
        if (shape.ElementCount > MaxElements)
            throw new ArgumentException($"{name} has shape {shape}; at most {MaxElements} elements fit one call.", name);
    }
}
