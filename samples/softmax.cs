#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Softmax and log-softmax: probabilities, and their logarithms taken without rounding through the probabilities.

using Surprisal;
using F = Surprisal.Functional;

var logits = Tensor.Create<float>([1, 2, 3]);

var probabilities = logits.Softmax(0);
Console.WriteLine(probabilities);               // positive, in the order of the logits ...
Console.WriteLine(probabilities.Sum());         // ... and adding up to 1

var logProbabilities = logits.LogSoftmax(0);
Console.WriteLine(logProbabilities);            // never above 0
Console.WriteLine(probabilities.Log());         // the same here

// Cross-entropy is minus the log-probability of the target. One sample without a batch: the target has rank 0.
Console.WriteLine(F.CrossEntropy(logits, Tensor.Scalar(2L)));

// Only differences between logits matter.
Console.WriteLine((logits + 100).LogSoftmax(0));

// With large differences the two ways part: a probability of 0 has no logarithm, the log-softmax is still exact.
var far = Tensor.Create<float>([0, 200]);
Console.WriteLine(far.Softmax(0).Log());
Console.WriteLine(far.LogSoftmax(0));
Console.WriteLine(F.CrossEntropy(far, Tensor.Scalar(0L)));
