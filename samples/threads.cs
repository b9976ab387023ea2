#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// As many threads as you like: the loss and every number of its gradient have the same bits.

using System.Numerics.Tensors;
using Surprisal;

nint[] shape = [2048, 1000];
var random = new Seed(1);
float[] logits = Surprisal.Tensor.Randn<float>([2048, 1000], random).ToArray();
int[] classes = Surprisal.Tensor.RandInt<int>(0, 1000, [2048], random).ToArray();
var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };

Threads.Count = 1;
var (value, gradient) = Evaluate();
Console.WriteLine($"1 thread: {value:F6}");

var same = true;
foreach (var count in new[] { 2, 3, 8 })
{
    Threads.Count = count;
    var (again, gradientAgain) = Evaluate();
    same &= again.Equals(value) && gradientAgain.AsSpan().SequenceEqual(gradient);
    Console.WriteLine($"{count} threads: {again:F6}, {(same ? "the same bits" : "other bits")}");
}
return same ? 0 : 1;

(double Value, float[] Gradient) Evaluate()
{
    var gradient = new float[logits.Length];
    double value = loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, shape), new ReadOnlyTensorSpan<int>(classes, [2048]),
        new TensorSpan<float>(gradient, shape));
    return (value, gradient);
}
