#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Memory of any shape and strides, through the base library's tensor spans: a class for each pixel, read where it lies.

// snippet: tensor-spans
using System.Numerics.Tensors;
using Surprisal;

float[] logits = [2, 1, 0, 3, 1, 1, 0, 0]; // [N, C, H, W] = [1, 2, 2, 2]: the scores of class 0, then those of class 1
byte[] mask = [0, 1, 9, 0, 0, 9];          // the classes of 2 x 2 pixels, in rows of three
float[] losses = new float[4];

var perPixel = new CrossEntropyLoss { Reduction = Reduction.None };
perPixel.Evaluate(
    new ReadOnlyTensorSpan<float>(logits, [1, 2, 2, 2]),
    new ReadOnlyTensorSpan<byte>(mask, [1, 2, 2], [0, 3, 1]), // strides: the third pixel of a row is none of the image
    losses: new TensorSpan<float>(losses, [1, 2, 2]));
Console.WriteLine(string.Join(" ", losses.Select(loss => $"{loss:F4}"))); // 0.3133 0.6931 0.6931 0.0486
// end

return Math.Abs(losses[3] - 0.0486) < 1e-4 ? 0 : 1;
