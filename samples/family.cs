#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Five losses of the family on the same logits.

// snippet: family
using Surprisal;
using F = Surprisal.Functional;

var logits = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
var classes = Tensor.Create<byte>([0, 1, 1]);
var probabilities = Tensor.Create<float>([[0.9f, 0.1f], [0.2f, 0.8f], [0, 1]]);

var hard = F.CrossEntropy(logits, classes);                 // 0.5224
var soft = F.CrossEntropy(logits, probabilities);           // 0.6224: gradients to both sides
var steps = F.Nll(F.LogSoftmax(logits, 1), classes);        // 0.5224: the same in two steps
var binary = F.BceWithLogits(logits, probabilities);        // 0.9106: a question an element
var divergence = F.KlDiv(F.LogSoftmax(logits, 1), probabilities, Reduction.BatchMean); // 0.3472
Console.WriteLine($"{hard.Item():F4} {soft.Item():F4} {steps.Item():F4} {binary.Item():F4} {divergence.Item():F4}");
// end
