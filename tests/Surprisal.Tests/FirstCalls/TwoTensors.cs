// snippet: first-calls-clash
using System.Numerics.Tensors;

namespace MyProgram;

using Surprisal;

internal static class TwoTensors
{
    public static Tensor<float> Weights { get; } = Tensor.Create<float>([1, 2]);        // Surprisal's
    public static TensorSpan<float> View(float[] memory) => new(memory, [memory.Length]);
}
// end
