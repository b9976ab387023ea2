using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Outputs over inputs: exactly the inputs' memory is allowed for the gradient and has the same bits; anything else is refused before anything is written.
/// </summary>
public sealed class OverlapTests
{
    private static string Part(string name, string input) => $"{name} overlaps a part of {input}, which it would overwrite before it is read; " +
        $"give it exactly the memory of {input}, or other memory. (Parameter '{name}')";

    private static string Input(string name, string input) =>
        $"{name} overlaps {input}, which it would overwrite before they are read; give it memory of its own. (Parameter '{name}')";

    private static string Output(string name, string other) =>
        $"{name} overlaps {other}, and each would overwrite the other; give it memory of its own. (Parameter '{name}')";

    /// <summary>The byte at which each span of a call begins, and what is said of them.</summary>
    public static TheoryData<int, int, int, int, int, string> OfIndices => new()
    {
        // logits [2, 3], targets [2], sample weights [2], gradient [2, 3], losses [2]
        { 0, 200, 300, 4, 400, Part("gradient", "logits") },
        { 20, 200, 300, 0, 400, Part("gradient", "logits") },
        { 0, 200, 300, 1, 400, Part("gradient", "logits") },
        { 0, 200, 300, 23, 400, Part("gradient", "logits") },
        { 0, 200, 300, 180, 400, Input("gradient", "targets") },
        { 0, 200, 300, 296, 400, Input("gradient", "sampleWeights") },
        { 0, 200, 300, 100, 0, Input("losses", "logits") },
        { 0, 200, 300, 100, 22, Input("losses", "logits") },
        { 0, 200, 300, 100, 200, Input("losses", "targets") },
        { 0, 200, 300, 100, 300, Input("losses", "sampleWeights") },
        { 0, 200, 300, 100, 116, Output("losses", "gradient") },
    };

    [Theory, MemberData(nameof(OfIndices))]
    public void Refused(int logits, int targets, int weights, int gradient, int losses, string message)
    {
        foreach (var loss in EveryLoss.OfIndices)
        {
            var memory = new byte[512];
            var said = Assert.Throws<ArgumentException>(() => loss.Evaluate(
                Read<float>(memory, logits, [2, 3]), Read<int>(memory, targets, [2]), Write<float>(memory, gradient, [2, 3]), Write<float>(memory, losses, [2]),
                Read<float>(memory, weights, [2])));
            Assert.Equal(message, said.Message);
            Assert.All(memory, value => Assert.Equal(0, value));
        }
    }

    public static TheoryData<int, int, int, int, int, int, string> OfNumbers => new()
    {
        // inputs [3, 2], targets [3, 2], sample weights [1], gradient [3, 2], target gradient [3, 2], losses [3] or [3, 2]
        { 0, 100, 200, 4, 300, 400, Part("gradient", "inputs") },
        { 0, 100, 200, 2, 300, 400, Part("gradient", "inputs") },
        { 0, 100, 200, 100, 300, 400, Input("gradient", "targets") },
        { 0, 0, 200, 0, 300, 400, Input("gradient", "targets") },
        { 0, 100, 200, 198, 300, 400, Input("gradient", "sampleWeights") },
        { 0, 100, 200, 250, 0, 400, Input("targetGradient", "inputs") },
        { 0, 100, 200, 250, 100, 400, Input("targetGradient", "targets") },
        { 0, 100, 200, 250, 188, 400, Input("targetGradient", "sampleWeights") },
        { 0, 100, 200, 250, 270, 400, Output("targetGradient", "gradient") },
        { 0, 100, 200, 250, 300, 0, Input("losses", "inputs") },
        { 0, 100, 200, 250, 300, 100, Input("losses", "targets") },
        { 0, 100, 200, 250, 300, 197, Input("losses", "sampleWeights") },
        { 0, 100, 200, 250, 300, 250, Output("losses", "gradient") },
        { 0, 100, 200, 250, 300, 300, Output("losses", "targetGradient") },
    };

    [Theory, MemberData(nameof(OfNumbers))]
    public void RefusedForNumbers(int inputs, int targets, int weights, int gradient, int targetGradient, int losses, string message)
    {
        Loss[] all = [.. EveryLoss.OfNumbers.Select(static loss => EveryLoss.Resize(loss, 2)), new CrossEntropyLoss { LabelSmoothing = 0.1 }];
        foreach (var loss in all)
        {
            var memory = new byte[512];
            var each = EveryLoss.LossLengths(loss, [3, 2]);
            void Evaluate()
            {
                if (loss is CrossEntropyLoss entropy)
                    entropy.Evaluate(Read<float>(memory, inputs, [3, 2]), Read<float>(memory, targets, [3, 2]), Write<float>(memory, gradient, [3, 2]),
                        Write<float>(memory, losses, each), Read<float>(memory, weights, [1]), Write<float>(memory, targetGradient, [3, 2]));
                else
                    ((DenseLoss)loss).Evaluate(Read<float>(memory, inputs, [3, 2]), Read<float>(memory, targets, [3, 2]), Write<float>(memory, gradient,
                        [3, 2]), Write<float>(memory, losses, each), Read<float>(memory, weights, [1]), Write<float>(memory, targetGradient, [3, 2]));
            }
            Assert.Equal(loss is CrossEntropyLoss ? message.Replace("inputs", "logits", StringComparison.Ordinal) : message,
                Assert.Throws<ArgumentException>(Evaluate).Message);
            Assert.All(memory, value => Assert.Equal(0, value));
        }
    }

    [Theory, InlineData(0, "x"), InlineData(1, "x"), InlineData(2, "x"), InlineData(3, "x"), InlineData(4, "output"), InlineData(5, "output"),
        InlineData(6, "upstream"), InlineData(7, "x")]
    public void FunctionsRefuseADistanceThatIsNoWholeElement(int which, string name)
    {
        var memory = new byte[512];
        void Call()
        {
            var x = Read<float>(memory, 4, [6]);
            var other = Read<float>(memory, 200, [6]);
            var destination = Write<float>(memory, 3, [6]);
            switch (which)
            {
                case 0: SpanFunctions.Softmax(x, 0, destination); break;
                case 1: SpanFunctions.LogSoftmax(x, 0, destination); break;
                case 2: SpanFunctions.Softmin(x, 0, destination); break;
                case 3: SpanFunctions.Sigmoid(x, destination); break;
                case 4: SpanFunctions.SoftmaxGradient(x, other, 0, destination); break;
                case 5: SpanFunctions.SigmoidGradient(x, other, destination); break;
                case 6: SpanFunctions.SoftminGradient(other, x, 0, destination); break;
                default: SpanFunctions.LogSumExpGradient(x, Read<float>(memory, 100, [1]), Read<float>(memory, 120, [1]), 0, destination); break;
            }
        }
        Assert.Equal(Part("destination", name), Assert.Throws<ArgumentException>(Call).Message);
        Assert.All(memory, value => Assert.Equal(0, value));
    }

    [Fact]
    public void SpansSideBySideDoNotOverlap()
    {
        var memory = new byte[512]; // logits, gradient, losses, weights and targets without a gap
        Write<float>(memory, 57, [2]).Fill(1);
        var value = new CrossEntropyLoss().Evaluate(Read<float>(memory, 1, [2, 3]), Read<int>(memory, 65, [2]), Write<float>(memory, 25, [2, 3]),
            Write<float>(memory, 49, [2]), Read<float>(memory, 57, [2]));
        Assert.Equal(Math.Log(3), value, 1e-7);
        Assert.Equal([-1 / 3f, 1 / 6f, 1 / 6f, -1 / 3f, 1 / 6f, 1 / 6f], MemoryMarshal.Cast<byte, float>(memory.AsSpan(25, 24)).ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.DoesNotContain(memory[..25].Concat(memory[65..]), static value => value != 0);
    }

    [Fact]
    public void TheGradientOverItsInputsHasTheSameBits()
    {
        InPlace<float>();
        InPlace<double>();
        InPlace<Half>();
        InPlace<BFloat16>();
    }

    private static void InPlace<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (nint[] shape in new nint[][] { [37, 3], [2, 3, 29] })
        {
            var numbers = EveryLoss.Draw<T>(shape.Length == 2 ? 111 : 174, seed: 3);
            foreach (var loss in EveryLoss.OfIndices)
            {
                var (apart, over) = (EveryLoss.Indices(loss, numbers, shape), EveryLoss.Indices(loss, numbers, shape, inPlace: true));
                Assert.Equal(apart.Result, over.Result);
                Assert.Equal(apart.Gradient, over.Gradient);
            }
            var entropies = EveryLoss.OfIndices.OfType<CrossEntropyLoss>().Where(static loss => loss.IgnoreIndex < 0);
            foreach (var loss in EveryLoss.OfNumbers.Select(loss => EveryLoss.Resize(loss, (int)shape[^1])).Concat<Loss>(entropies))
            {
                var (apart, over) = (EveryLoss.Numbers(loss, numbers, shape), EveryLoss.Numbers(loss, numbers, shape, inPlace: true));
                Assert.Equal(apart.Result, over.Result);
                Assert.Equal(apart.Gradient, over.Gradient);
            }
        }
    }

    private static ReadOnlyTensorSpan<T> Read<T>(byte[] memory, int start, nint[] shape) where T : unmanaged => Write<T>(memory, start, shape);

    private static TensorSpan<T> Write<T>(byte[] memory, int start, nint[] shape) where T : unmanaged =>
        new(MemoryMarshal.Cast<byte, T>(memory.AsSpan(start))[..(int)TensorPrimitives.Product<nint>(shape)], shape);
}
