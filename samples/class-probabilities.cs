#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Targets that are probabilities instead of classes: several labels, soft labels, another model's answers.

using Surprisal;
using F = Surprisal.Functional;

var inputs = Tensor.Create<float>([[1.5f, -0.5f, 0.25f], [0, 2, -1]], requiresGrad: true);
var targets = Tensor.Create<float>([[0.7f, 0.2f, 0.1f], [0.05f, 0.9f, 0.05f]], requiresGrad: true);

// The type of the target says what is meant: float is probabilities, an integer is classes.
var loss = new CrossEntropyLoss();
var output = loss.Forward(inputs, targets);
output.Backward();
Console.WriteLine(output.Detach());
Console.WriteLine(inputs.Grad);                 // (softmax - target) / 2
Console.WriteLine(targets.Grad);                // -log_softmax / 2: to a teacher, to learned labels

// The mean divides by the batch, also with weights; for classes it divides by the sum of the weights.
Console.WriteLine(F.CrossEntropy(inputs, targets, weight: [1, 2, 3]).Detach());
Console.WriteLine(F.CrossEntropy(inputs, targets, weight: [1, 2, 3], reduction: Reduction.None).Detach());

// One-hot probabilities are classes.
var classes = Tensor.Create<long>([0, 1]);
var oneHot = classes.OneHot(3).To<float>();
Console.WriteLine(F.CrossEntropy(inputs, classes).Detach());
Console.WriteLine(F.CrossEntropy(inputs, oneHot).Detach());

// Label smoothing moves a share of each target evenly to all classes: done by the loss or by hand, it is the same.
Console.WriteLine(F.CrossEntropy(inputs, classes, labelSmoothing: 0.1).Detach());
Console.WriteLine(F.CrossEntropy(inputs, oneHot * 0.9f + 0.1f / 3).Detach());

// It keeps a gradient on answers that are already right: without it this one has almost none.
var sure = Tensor.Create<float>([[12, 0, 0]], requiresGrad: true);
F.CrossEntropy(sure, Tensor.Create<long>([0]), labelSmoothing: 0.1).Backward();
Console.WriteLine(sure.Grad);
