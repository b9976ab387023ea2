#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// The negative log-likelihood only picks and averages: what it means depends on what it is given.

using Surprisal;
using F = Surprisal.Functional;

var inputs = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]);
var targets = Tensor.Create<long>([0, 1, 1]);

// On raw values: minus the input at the target. No logarithm is taken, whatever the name says.
Console.WriteLine(F.Nll(inputs, targets, reduction: Reduction.None));
Console.WriteLine(F.Nll(inputs, targets, reduction: Reduction.Sum));
Console.WriteLine(F.Nll(inputs, targets));

// A negative loss is the sign that logits went in where log-probabilities belong: those are never above 0.
// After a log-softmax it is the cross-entropy.
var logProbabilities = inputs.LogSoftmax(1);
Console.WriteLine(logProbabilities);
Console.WriteLine(F.Nll(logProbabilities, targets, reduction: Reduction.None));
Console.WriteLine(F.Nll(logProbabilities, targets));
Console.WriteLine(F.CrossEntropy(inputs, targets));

// Weights and ignored targets work as in CrossEntropyLoss, with the same divisor.
var loss = new NllLoss { Weight = [1, 2], IgnoreIndex = 0 };
Console.WriteLine(loss.Forward(logProbabilities, targets));
