using System.Numerics.Tensors;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>Softmax or log-softmax over the classes, from span to span.</summary>
/// <param name="Function">Its name in PyTorch's words.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Classes">How many classes.</param>
internal sealed record SpanFunction(string Function, int Rows, int Classes) : Work($"{Function} on spans {Named(Rows)} x {Named(Classes)}")
{
    public override long Logits => (long)Rows * Classes;

    public override Prepared Prepare()
    {
        var (x, y) = (Normal([Rows, Classes]), new float[Logits]);
        return new Prepared(Run, () => [MeanSquare(y)], x);

        void Run()
        {
            var from = new ReadOnlyTensorSpan<float>(x, [Rows, Classes]);
            var to = new TensorSpan<float>(y, [Rows, Classes]);
            if (Function == "softmax") SpanFunctions.Softmax(from, 1, to);
            else SpanFunctions.LogSoftmax(from, 1, to);
        }
    }
}
