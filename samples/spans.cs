#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Cross-entropy on plain memory: value and gradient in one pass, nothing allocated.

// snippet: spans
using Surprisal;

float[] logits = [1, 2, 1, 3, 1, 3];       // three rows of two classes: from ONNX Runtime, TorchSharp, or your own code
int[] targets = [0, 1, 1];                 // the class of each row: byte, short, int or long
float[] gradient = new float[6];           // or the logits themselves: in place is allowed

var loss = new CrossEntropyLoss();
double value = loss.Evaluate(logits, targets, classes: 2, gradient);
Console.WriteLine($"{value:F4}");          // 0.5224
Console.WriteLine(string.Join(" ", gradient.Select(g => $"{g:F4}"))); // -0.2437 0.2437 0.0397 -0.0397 0.0397 -0.0397
// end

return Math.Abs(value - 0.5224) < 1e-4 ? 0 : 1;
