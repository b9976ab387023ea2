#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Three spellings of one loss, and where its options are.

// snippet: spellings
using Surprisal;
using F = Surprisal.Functional;

var input = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]);
var target = Tensor.Create<long>([0, 1, 1]);

var loss = new CrossEntropyLoss { Weight = [1, 2], LabelSmoothing = 0.1 };
Console.WriteLine(loss);                                                // CrossEntropyLoss { Weight = [1, 2], LabelSmoothing = 0.1 }
Console.WriteLine(loss.Forward(input, target));                         // tensor(0.3948)
Console.WriteLine((loss with { Reduction = Reduction.None }).Forward(input, target));   // tensor([1.2789, 0.3475, 0.3475])
Console.WriteLine(F.CrossEntropy(input, target, reduction: Reduction.Sum));             // tensor(1.5671)
// end
