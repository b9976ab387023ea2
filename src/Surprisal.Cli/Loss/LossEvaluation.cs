using System.Numerics.Tensors;

namespace Surprisal.Cli.Loss;

/// <summary>The call of the library: arrays of files as tensor spans, errors with the files' names.</summary>
internal static class LossEvaluation
{
    /// <summary>The result, and the gradient and the losses where they are wanted.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or the loss refuses what is in it; the message names file and
    /// position.</exception>
    public static (LossResult Result, T[]? Gradient, T[]? Losses) Of<T>(
        Surprisal.Loss loss, LossFiles files, bool wantsGradient, bool wantsLosses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var logits = WholeArray.Read<T>(files.Logits);
        var lengths = Lengths(files.Logits.Shape);
        var losses = wantsLosses ? new T[WholeArray.Count(files.LossShape(loss), "the losses")] : null;
        var x = new ReadOnlyTensorSpan<T>(logits, lengths);
        var weights = files.Weights is null ? default : Numbers<T>(files.Weights);
        var gradient = wantsGradient ? new TensorSpan<T>(logits, lengths) : default; // in the memory of the logits, which nobody needs then
        var each = losses is null ? default : new TensorSpan<T>(losses, Lengths(files.LossShape(loss)));
        try
        {
            var result = loss switch
            {
                CrossEntropyLoss ofProbabilities when files.AreProbabilities =>
                    ofProbabilities.Evaluate(x, Numbers<T>(files.Targets), gradient, each, weights),
                ClassIndexLoss ofIndices => ofIndices.Evaluate(x, Indices(files.Targets), gradient, each, weights),
                DenseLoss ofNumbers => ofNumbers.Evaluate(x, Numbers<T>(files.Targets), gradient, each, weights),
                RegionLoss when files.Weights is not null =>
                    throw new InvalidOperationException("a loss of regions takes no --sample-weights."),
                RegionLoss ofRegions => ofRegions.Evaluate(x, Indices(files.Targets), gradient),
                _ => throw new InvalidOperationException($"{loss} takes neither classes nor numbers."),
            };
            return (result, wantsGradient ? logits : null, losses);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            var name = files.Find((error as ArgumentException)?.ParamName);
            throw new InvalidDataException((name is null ? "" : $"{name}: ") + LossSetting.Reason(error), error);
        }
    }

    private static ReadOnlyTensorSpan<T> Numbers<T>(StoredArray array) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(WholeArray.Read<T>(array), Lengths(array.Shape));

    private static ReadOnlyTensorSpan<long> Indices(StoredArray array) => new(WholeArray.ReadIndices(array), Lengths(array.Shape));

    /// <summary>A single number is one dimension of one: no tensor span without dimensions has an element.</summary>
    private static nint[] Lengths(IReadOnlyList<long> shape) => shape.Count == 0 ? [1] : [.. shape.Select(static size => (nint)size)];
}
