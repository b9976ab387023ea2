using Surprisal.Kernels;

namespace Surprisal;

/// <content>Sampled softmax: a cross-entropy over the target and a few candidates, composed of operations.</content>
public static partial class LossExtensions
{
    /// <summary>
    /// The estimated loss of hidden states through a linear layer and class indices: rank 0, or with <see cref="Reduction.None"/> the shape
    /// of the targets.
    /// </summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="hidden">[.., features]; any number of leading dimensions, none included.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer, or an embedding's; classes by falling frequency.</param>
    /// <param name="target">Class indices: the leading dimensions of <paramref name="hidden"/>.</param>
    /// <param name="step">Which sample: the number of the training step, so that each has another and a resumed run the same.</param>
    /// <param name="bias">[classes], or null.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <remarks>Half and BFloat16 are computed in float; the logits are not rounded.</remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    public static Tensor<T> Forward<T, TTarget>(
        this SampledSoftmaxLoss loss,
        Tensor<T> hidden,
        Tensor<T> weight,
        Tensor<TTarget> target,
        long step,
        Tensor<T>? bias = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(loss);
        var lossShape = CheckLinearLayer(hidden, weight, bias, target);
        var (rows, features, classes) = (target.Length, weight.Shape[1], weight.Shape[0]);
        var operands = new LinearOperands<T> { Rows = rows, Classes = classes };
        LinearUsedRows.Divisor<T, TTarget>(operands, target.Span, Lengths(target), null, loss.IgnoreIndex, nameof(target));
        var (used, targets) = (new int[rows], new int[rows]);
        var count = LinearUsedRows.Collect(operands, target.Span, loss.IgnoreIndex, 1, used, targets, new double[rows]);
        Array.Resize(ref targets, count);
        var sample = loss.Draw(classes, step);
        var named = Tensor.Create<long>(Array.ConvertAll([.. targets, .. sample.Classes], static (int c) => (long)c));
        var x = hidden.Reshape([rows, features]);
        if (count < rows) x = x.Embedding(Tensor.Create<long>(Array.ConvertAll(used[..count], static row => (long)row)));
        var table = weight.Embedding(named);
        var shifts = bias?.Reshape([classes, 1]).Embedding(named);
        var losses = typeof(T).Is16Bit
            ? Estimate(loss, x.To<float>(), table.To<float>(), shifts?.To<float>(), targets, sample, accumulator).To<T>()
            : Estimate(loss, x, table, shifts, targets, sample, accumulator);
        if (loss.Reduction != Reduction.None) return losses;
        if (count == rows) return losses.Reshape(lossShape);
        var places = new long[rows]; // 0 is the loss of those that are ignored
        for (var i = 0; i < count; i++) places[used[i]] = i + 1;
        return Tensor.Concatenate<T>([Tensor.Zeros<T>(1), losses]).IndexSelect(0, Tensor.Create<long>(places)).Reshape(lossShape);
    }

    /// <summary>The losses of the rows x [N, features], whose targets and candidates lie behind one another in table.</summary>
    private static Tensor<T> Estimate<T>(
        SampledSoftmaxLoss loss, Tensor<T> x, Tensor<T> table, Tensor<T>? shifts, int[] targets, CandidateSample sample,
        LossAccumulator? accumulator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, candidates) = (targets.Length, sample.Classes.Length);
        var ofTarget = (x * table[..rows]).Sum(1, keepDim: true);
        if (shifts is not null) ofTarget = ofTarget + shifts[..rows];
        var others = x.Linear(table[rows..], shifts?[rows..].Reshape([candidates]));
        var corrections = Tensor.Uninitialized<T>([rows, 1 + candidates]);
        SampledSoftmax.Corrections(targets, loss.CorrectTarget ? Array.ConvertAll(targets, sample.LogExpectedOf) : default, sample.Classes,
            sample.LogExpected, corrections.Span);
        return new CrossEntropyLoss { Reduction = loss.Reduction, Normalizer = loss.Normalizer, WhenEmpty = loss.WhenEmpty }
            .Forward(Tensor.Concatenate<T>([ofTarget, others], dim: 1) + corrections, Tensor.Zeros<int>(rows), accumulator: accumulator);
    }
}
