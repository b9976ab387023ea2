#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Binary cross-entropy: every element is a yes-or-no question of its own, and the sigmoid takes the place of the softmax.

using Surprisal;
using F = Surprisal.Functional;

var inputs = Tensor.Create<float>([[1, 2], [2, 2], [3, 4], [4, 5]]);
var targets = Tensor.Create<long>([0, 1, 1, 1]).OneHot(2).To<float>(); // floats: also 0.9 is a target
Console.WriteLine(targets);

// From logits, with the sigmoid built in: exact for every logit.
Console.WriteLine(F.BceWithLogits(inputs, targets, reduction: Reduction.None));
Console.WriteLine(F.BceWithLogits(inputs, targets, reduction: Reduction.Sum));
Console.WriteLine(F.BceWithLogits(inputs, targets)); // the mean over all 8 elements, not over the 4 rows

// pos_weight multiplies what a positive target costs, here by 3; the mean still divides by 8.
var positive = new BceWithLogitsLoss { PosWeight = [3] };
Console.WriteLine((positive with { Reduction = Reduction.Sum }).Forward(inputs, targets));
Console.WriteLine(positive.Forward(inputs, targets));

// From probabilities: the same numbers, as long as the sigmoid does not round to 0 or 1.
var probabilities = inputs.Sigmoid();
Console.WriteLine(probabilities);
Console.WriteLine(F.Bce(probabilities, targets, reduction: Reduction.Sum));
Console.WriteLine(new BceLoss().Forward(probabilities, targets));

// A sure and wrong answer: the sigmoid of 120 is 1, its loss is cut off at 100; from the logit it is 120.
var sure = Tensor.Create<float>([120]);
Console.WriteLine(F.Bce(sure.Sigmoid(), Tensor.Zeros<float>([1])));
Console.WriteLine(F.BceWithLogits(sure, Tensor.Zeros<float>([1])));
