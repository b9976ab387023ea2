using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Inputs that could be written to are read like those that cannot.</summary>
public sealed class MutableTensorSpanTests
{
    private readonly float[] logits = [1, 2, 1, 3, 1, 3], probabilities = [0.9f, 0.1f, 0.2f, 0.8f, 0, 1], gradient = new float[6];
    private readonly byte[] classes = [0, 1, 1];

    private TensorSpan<float> Logits => new(logits, [3, 2]);

    private TensorSpan<float> Probabilities => new(probabilities, [3, 2]);

    private TensorSpan<float> Gradient => new(gradient, [3, 2]);

    [Fact]
    public void ClassIndices()
    {
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };
        var expected = loss.Evaluate(logits, classes, 2);
        Assert.Equal(expected, loss.Evaluate(Logits, new TensorSpan<byte>(classes, [3]), Gradient));
        Assert.NotEqual(0, gradient[0]);
        Assert.Equal(expected, loss.Evaluate(Logits, new ReadOnlyTensorSpan<byte>(classes, [3])));
    }

    [Fact]
    public void Numbers()
    {
        var loss = new CrossEntropyLoss();
        var expected = loss.Evaluate(logits, probabilities, 2);
        Assert.Equal(expected, loss.Evaluate(Logits, Probabilities, Gradient));
        Assert.NotEqual(0, gradient[0]);
        Assert.Equal(expected, loss.Evaluate(Logits, new ReadOnlyTensorSpan<float>(probabilities, [3, 2])));

        var binary = new BceWithLogitsLoss();
        Assert.Equal(binary.Evaluate(logits, probabilities), binary.Evaluate(Logits, Probabilities));
        Assert.Equal(binary.Evaluate(logits, probabilities), binary.Evaluate(Logits, new ReadOnlyTensorSpan<float>(probabilities, [3, 2])));
    }
}
