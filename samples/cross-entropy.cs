#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Cross-entropy twice: on the tape, as PyTorch's tutorials write it, and on anybody's memory, with nothing allocated.

// snippet: tape
using System.Numerics.Tensors;
using Surprisal;
using F = Surprisal.Functional;

var input = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
var target = Tensor.Create<long>([0, 1, 1]);

var loss = new CrossEntropyLoss();
var output = loss.Forward(input, target);
Console.WriteLine(output);                 // tensor(0.5224, grad_fn=<NllLossBackward0>)

output.Backward();
Console.WriteLine(input.Grad);             // the gradient: (softmax - one-hot) / 3
// end

// snippet: spellings
var none = (loss with { Reduction = Reduction.None }).Forward(input, target);
var sum = F.CrossEntropy(input, target, reduction: Reduction.Sum);
var weighted = new CrossEntropyLoss { Weight = [1, 2], LabelSmoothing = 0.1, IgnoreIndex = -100 };
Console.WriteLine(none);                   // tensor([1.3133, 0.1269, 0.1269], grad_fn=<NllLossBackward0>)
Console.WriteLine(sum);                    // tensor(1.5671, grad_fn=<NllLossBackward0>)
Console.WriteLine(weighted);
// end

// snippet: spans
float[] logits = [1, 2, 1, 3, 1, 3];       // from ONNX Runtime, TorchSharp, or your own code
int[] classes = [0, 1, 1];                 // byte, short, int or long
float[] gradient = new float[6];           // or the logits themselves: in place is allowed

double value = loss.Evaluate(
    new ReadOnlyTensorSpan<float>(logits, [3, 2]),
    new ReadOnlyTensorSpan<int>(classes, [3]),
    new TensorSpan<float>(gradient, [3, 2]));
Console.WriteLine($"{value:F4}");          // 0.5224
// end

return value == 0 ? 1 : 0;
