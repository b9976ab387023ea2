namespace Surprisal.Cuda;

/// <summary>A class for each row.</summary>
internal sealed class LinearIndices<T, TTarget>(CudaTensor<TTarget> targets) : LinearTargets<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged, IBinaryInteger<TTarget>
{
    public override ICudaDevice Device => targets.Device;

    public override void Check(LinearCrossEntropyLoss loss, TensorShape hidden, TensorShape weight)
    {
        TargetType.Of<TTarget>();
        var rows = LinearSizes.RowsOf(hidden);
        if (targets.Shape != rows)
            throw Misfit($"targets has shape {targets.Shape}, but hidden of shape {hidden} needs {rows}: a class for each " +
                "of its rows.", nameof(targets));
        CheckWeights(loss, weight[0]);
        if (loss is { Weight: { } weights, LabelSmoothing: > 0 } && weights.Count > LaneTotal.MaxLength)
            throw new NotSupportedException(
                $"label smoothing with class weights has a kernel up to {LaneTotal.MaxLength} classes; weight has {weights.Count}.");
    }

    public override void CheckApart(CudaTensor<T>? output, string name) =>
        CudaArguments.CheckApart(output, name, targets, nameof(targets), maySame: false);

    public override void Begin() => targets.Begin();

    public override (ulong Classes, ulong SampleWeights) Start(
        LinearCrossEntropyLoss loss, DeviceScratch memory, LinearSizes sizes, ulong weights, ulong sampleWeights, ulong state) =>
        ClassTargets.Start<TTarget>(targets.Device, memory, loss, loss.IgnoreIndex, ElementType.Of<T>(), sizes.Rows, sizes.Classes,
            weights, targets.Address, sampleWeights, state);

    public override LossResult Result(LinearCrossEntropyLoss loss, LinearSizes sizes, EvaluationState state) =>
        state.FirstBad == ulong.MaxValue
            ? base.Result(loss, sizes, state)
            : throw CudaShape.BadTarget(targets, state, sizes.Classes, loss.IgnoreIndex);
}
