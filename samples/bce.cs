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
