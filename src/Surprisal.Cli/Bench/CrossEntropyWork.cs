using System.Numerics.Tensors;

namespace Surprisal.Cli.Bench;

/// <summary>
/// Cross-entropy on spans, value and gradient in one call into memory that is there: of class indices, smoothed, or of probabilities; of
/// any shape.
/// </summary>
internal sealed record CrossEntropyWork(string Name, nint[] Sizes) : Work(Name)
{
    public double Smoothing { get; init; }

    public bool Probabilities { get; init; }

    public override long Logits => TensorPrimitives.Product<nint>(Sizes);

    public override int Passes => Probabilities ? 3 : 2;

    public override Prepared Prepare()
    {
        var logits = Normal(Sizes);
        var gradient = new float[Logits];
        var loss = new CrossEntropyLoss { LabelSmoothing = Smoothing };
        var value = 0.0;
        nint[] samples = [Sizes[0], .. Sizes[2..]];
        Array targets = Probabilities ? Uniform(Sizes) : Whole(Sizes[1], samples);
        return new Prepared(Run, () => [value, MeanSquare(gradient)], logits, targets);

        void Run()
        {
            var x = new ReadOnlyTensorSpan<float>(logits, Sizes);
            var g = new TensorSpan<float>(gradient, Sizes);
            value = targets is float[] probabilities
                ? loss.Evaluate(x, new ReadOnlyTensorSpan<float>(probabilities, Sizes), g)
                : loss.Evaluate(x, new ReadOnlyTensorSpan<long>((long[])targets, samples), g);
        }
    }
}
