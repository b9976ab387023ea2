using Surprisal.Kernels;

namespace Surprisal;

// What cross-entropy adds to ClassIndexLoss, whose Evaluate is the one for class indices.
public sealed partial record CrossEntropyLoss
{
    internal override LogitTransform<T> Transform<T>(int classes) => new(this, classes);

    internal override void WriteBlock<T>(in ClassBlock<T> block)
    {
        if (block.Parameters.HasUnboundedWeights) UnboundedWeights.Run(block);
        else block.Run(default(CrossEntropy));
    }

    private protected override ClassParameters<T> Parameters<T>(int classes) => base.Parameters<T>(classes) with
    {
        LabelSmoothing = LabelSmoothing,
        SmoothByTarget = SmoothingWeight == SmoothingWeight.PerTarget,
        ZLoss = ZLoss,
        ZeroTimesInfinity = ZeroTimesInfinityIsZero,
    };
}
