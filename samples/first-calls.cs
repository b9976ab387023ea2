#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// What the first calls of docs/first-calls.md are made on.

// snippet: first-calls-before
using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;
using F = Surprisal.Functional;

var random = new Seed(0);
var logits = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
var classes = Tensor.Create<long>([0, 1, 1]);
var floats = Tensor.Create<float>([0, 1, 1]);                            // class indices that were read as floats
var probabilities = Tensor.Create<float>([[0.9f, 0.1f], [0.2f, 0.8f], [0, 1]]);
var bits = Tensor.Create<long>([[1, 0], [0, 1], [0, 1]]);
float[] array = [1, 2, 1, 3, 1, 3];
int[] indices = [0, 1, 1];
var model = new Sequential(new Linear(2, 2, random));
// end

var optimizer = new Adam(model.Parameters());
Console.WriteLine(F.CrossEntropy(logits, classes));
Console.WriteLine(F.CrossEntropy(logits, floats.To<long>()));
Console.WriteLine(F.CrossEntropy(logits, probabilities));
Console.WriteLine(F.BceWithLogits(logits, bits.To<float>()));
Console.WriteLine($"{new CrossEntropyLoss().Evaluate(array, indices, classes: 2):F4}");
Console.WriteLine(optimizer);
