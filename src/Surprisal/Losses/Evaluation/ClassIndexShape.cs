using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// The shapes of a loss over class indices, checked: samples x classes x inner positions, and one target for each (sample, position).
/// </summary>
internal readonly ref struct ClassIndexShape
{
    public readonly int Samples, Classes, Inner;

    /// <summary>
    /// Whether kernels take the positions as columns, with lanes over positions, instead of rows, with lanes over classes.
    /// </summary>
    public bool UsesColumns => ColumnTile.Suits(Classes, Inner);

    private readonly ReadOnlySpan<nint> targetShape;
    private readonly ArgumentNames names;

    /// <exception cref="ArgumentException">In PyTorch's words, with both shapes.</exception>
    public ClassIndexShape(ReadOnlySpan<nint> logits, ReadOnlySpan<nint> targets, int? weights, ArgumentNames names)
    {
        targetShape = targets;
        this.names = names;
        if (logits.Length == 0)
            throw new ArgumentException(
                $"Expected 1 or more dimensions (got 0): {names.Input} {names.Need} (C), (N, C) or (N, C, d1 .. dK).", names.Input);
        var unbatched = logits.Length == 1;
        Samples = unbatched ? 1 : TensorLengths.Product(logits[..1]);
        Classes = TensorLengths.Product(logits.Slice(unbatched ? 0 : 1, 1));
        Inner = 1;
        if (unbatched)
        {
            if (targets.Length > 1 || (targets.Length == 1 && targets[0] != 1))
                throw new ArgumentException($"size mismatch (got input: {Shape.Format(logits)}, target: " +
                    $"{Shape.Format(targets)}): {names.Input} of shape (C) {names.Need} a single target.", names.Target);
        }
        else
        {
            var batch = targets.Length == 0 ? 0 : targets[0];
            if (targets.Length == 0 || batch != logits[0])
                throw new ArgumentException($"Expected input batch_size ({logits[0]}) to match target batch_size ({batch}): " +
                    $"{names.Input} {names.Have} shape {Shape.Format(logits)}, {names.Target} {Shape.Format(targets)}.",
                    names.Target);
            if (logits.Length == 2 && targets.Length > 1)
                throw new ArgumentException("0D or 1D target tensor expected, multi-target not supported: " +
                    $"{names.Input} of shape {Shape.Format(logits)} {names.Need} {names.Target} [{logits[0]}], " +
                    $"not {Shape.Format(targets)}.", names.Target);
            if (!targets[1..].SequenceEqual(logits[2..]))
                throw new ArgumentException($"Expected target size {Text(logits[0], logits[2..])}, got {Shape.Format(targets)}: " +
                    $"{names.Input} {names.Have} shape {Shape.Format(logits)}, with the classes second.", names.Target);
            Inner = TensorLengths.Product(logits[2..]); // 2^31 - 1 where it is more, which only a batch of no samples can have
            if (Samples > 0) TensorLengths.CheckStrided(logits, 1, Inner, names.Input);
        }
        if (weights is { } count && count != logits[unbatched ? 0 : 1])
            throw ArgumentNames.Misfit($"weight tensor should be defined either for all {logits[unbatched ? 0 : 1]} classes or no " +
                $"classes but got weight tensor of shape: [{count}]", nameof(ClassIndexLoss.Weight));
    }

    /// <summary>
    /// The sum of the weights of the targets that are not ignored, in double; refuses a target that is no class before anything is written.
    /// </summary>
    public Divisor Divisor<T, TSample, TTarget>(
        ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<T> weight,
        ReadOnlySpan<TSample> sampleWeights,
        long ignoreIndex)
        where T : unmanaged, INumberBase<T>
        where TSample : unmanaged, INumberBase<TSample>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (weight.IsEmpty && sampleWeights.IsEmpty && ClassTargets.TryCount(targets, Classes, ignoreIndex, out var count))
            return new(count, count == 0);
        var (sum, empty) = (0.0, true);
        for (var i = 0; i < targets.Length; i++)
        {
            var target = long.CreateSaturating(targets[i]);
            if (ClassTargets.IsIgnoredValue(targets[i], ignoreIndex)) continue;
            if (target < 0 || target >= Classes)
                throw new ArgumentOutOfRangeException(names.Target,
                    $"{names.Target}[{TensorLengths.Position(i, targetShape)}] = {targets[i]} is out of bounds: " +
                    $"{(Classes == 0 ? "there are no classes" : $"classes are 0..{Classes - 1}")} and ignore_index is {ignoreIndex}.");
            if (!sampleWeights.IsEmpty && TSample.IsZero(sampleWeights[i])) continue; // ignored, whatever the class weight is
            var w = (weight.IsEmpty ? 1 : double.CreateTruncating(weight[(int)target]))
                * (sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]));
            sum += w;
            empty &= w == 0;
        }
        return new(sum, empty);
    }

    private static string Text(nint first, ReadOnlySpan<nint> rest) => Shape.Format([first, .. rest]);
}
