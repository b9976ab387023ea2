using System.Numerics;
using System.Numerics.Tensors;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>Cross-entropy on spans of another element type, value and gradient in one call.</summary>
internal sealed record CrossEntropyOf<T>(string Type, int Rows, int Classes)
    : Work($"cross-entropy {Named(Rows)} x {Named(Classes)}, {Type}"), ITypedCrossEntropy where T : unmanaged, IFloatingPointIeee754<T>
{
    public override long Logits => (long)Rows * Classes;

    public override unsafe int ElementSize => sizeof(T);

    public override Prepared Prepare()
    {
        var (x, y) = (Normal([Rows, Classes]), Whole(Classes, [Rows]));
        var logits = Array.ConvertAll(x, T.CreateTruncating);
        var gradient = new T[logits.Length];
        var loss = new CrossEntropyLoss();
        var value = 0.0;
        return new Prepared(Run, () => [value, MeanSquare(gradient)], x, y);

        void Run() => value = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, [Rows, Classes]), new ReadOnlyTensorSpan<long>(y),
            new TensorSpan<T>(gradient, [Rows, Classes]));
    }

    private static double MeanSquare(T[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            var wide = double.CreateChecked(value);
            sum += wide * wide;
        }
        return sum / values.Length;
    }
}
