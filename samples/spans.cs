#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Cross-entropy on anybody's memory: value and gradient in one pass, nothing allocated.

// snippet: spans
using System.Numerics.Tensors;
using Surprisal;

float[] logits = [1, 2, 1, 3, 1, 3];       // from ONNX Runtime, TorchSharp, or your own code
int[] classes = [0, 1, 1];                 // byte, short, int or long
float[] gradient = new float[6];           // or the logits themselves: in place is allowed

var loss = new CrossEntropyLoss();
double value = loss.Evaluate(
    new ReadOnlyTensorSpan<float>(logits, [3, 2]),
    new ReadOnlyTensorSpan<int>(classes, [3]),
    new TensorSpan<float>(gradient, [3, 2]));
Console.WriteLine($"{value:F4}");          // 0.5224
// end

return Math.Abs(value - 0.5224) < 1e-4 ? 0 : 1;
