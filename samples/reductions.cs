#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Reductions and weights: from the loss of each sample to one number, and what a weight does on the way.

using Surprisal;
using F = Surprisal.Functional;

var inputs = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]);   // three samples, two logits each
var targets = Tensor.Create<long>([0, 1, 1]);                  // the class of each sample

// -ln of the probability that the softmax gives the right class: the first sample is wrong, so it costs most.
var none = F.CrossEntropy(inputs, targets, reduction: Reduction.None);
Console.WriteLine(none);
Console.WriteLine(F.CrossEntropy(inputs, targets, reduction: Reduction.Sum));
Console.WriteLine(F.CrossEntropy(inputs, targets));            // the mean is the default

// Class 1 counts twice: 'none' and the sum multiply by the weight of each sample's class.
var weighted = new CrossEntropyLoss { Weight = [1, 2] };
var weightedNone = (weighted with { Reduction = Reduction.None }).Forward(inputs, targets);
var weightedSum = (weighted with { Reduction = Reduction.Sum }).Forward(inputs, targets);
var weightedMean = weighted.Forward(inputs, targets);
Console.WriteLine(weightedNone);
Console.WriteLine(weightedSum);
Console.WriteLine(weightedMean);

// The weighted mean is not none.Mean(): it divides by the weights that were used, 1 + 2 + 2 = 5, not by the 3 samples.
// So weights change how much the samples count beside each other, and not the size of the loss.
Console.WriteLine(weightedNone.Mean());
Console.WriteLine(weightedSum / 5);

// The same weight for every class therefore changes nothing ...
Console.WriteLine(F.CrossEntropy(inputs, targets, weight: [7, 7]));

// ... and an ignored sample is out of the divisor too: this is the mean of the two others.
Console.WriteLine(F.CrossEntropy(inputs, Tensor.Create<long>([-100, 1, 1])));
