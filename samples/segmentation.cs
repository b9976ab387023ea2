#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Segmentation: a class for every pixel. Logits are (N, C, H, W), targets (N, H, W): the classes are always axis 1.

using Surprisal;
using F = Surprisal.Functional;

const int N = 4, C = 3, H = 256, W = 256;

// Numbers that anybody can repeat: diagonal bands of the three classes; multiples of 1/16 between -2 and 2 for logits, and
// 2 more for the right class, as from a model that has learned something.
var logits = Tensor.Zeros<float>([N, C, H, W]);
var targets = Tensor.Zeros<long>([N, H, W]);
var values = logits.AsTensorSpan();
var classes = targets.AsTensorSpan();
for (var n = 0; n < N; n++)
for (var h = 0; h < H; h++)
for (var w = 0; w < W; w++)
{
    classes[n, h, w] = (n + (2 * h + w) / 48) % C;
    for (var c = 0; c < C; c++)
        values[n, c, h, w] = ((5 * n + 23 * c + 3 * h + 7 * w + h * w) % 65 - 32) / 16f + (c == classes[n, h, w] ? 2 : 0);
}
logits.RequiresGrad = true;

var loss = new CrossEntropyLoss();
var output = loss.Forward(logits, targets);
output.Backward();
Console.WriteLine(Size(logits));
Console.WriteLine(Size(targets));
Console.WriteLine(output.Detach());              // the mean over all 262144 pixels
Console.WriteLine(Size(logits.Grad!));
Console.WriteLine(logits.Grad!.Sum(1).ToArray().Max(Math.Abs) < 1e-9f); // over the classes of a pixel the gradient adds up to 0

// The same as class probabilities. OneHot puts the classes last: (N, H, W, C).
var oneHot = targets.OneHot(C).To<float>();
Console.WriteLine(Size(oneHot));

// Moving them to axis 1 by exchanging axes 1 and 3 gives (N, C, W, H): every picture is mirrored at its diagonal. The
// pictures are square, so nothing complains, and the loss is wrong.
Console.WriteLine(loss.Forward(logits, oneHot.Transpose(1, 3)).Detach());

// Permute names the order of all axes: (N, H, W, C) to (N, C, H, W).
Console.WriteLine(loss.Forward(logits, oneHot.Permute(0, 3, 1, 2)).Detach());

// A picture that is not square shows it: 2 x 3 pixels become 3 x 2.
var small = Tensor.Create<long>([0, 1, 2, 2, 1, 1], [1, 2, 3]).OneHot(C);
Console.WriteLine(Size(small.Transpose(1, 3)));
Console.WriteLine(Size(small.Permute(0, 3, 1, 2)));
Console.WriteLine(small.Transpose(1, 3)[0]);
Console.WriteLine(small.Permute(0, 3, 1, 2)[0]);
try
{
    F.CrossEntropy(Tensor.Zeros<float>([1, C, 2, 3]), small.To<float>().Transpose(1, 3));
}
catch (ArgumentException)
{
    Console.WriteLine("refused");
}

static string Size(Tensor tensor) => $"[{string.Join(", ", tensor.Shape.ToArray())}]";
