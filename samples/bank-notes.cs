#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Bank notes, genuine or forged, with a part to validate with: the best epoch is kept, and one note is asked about at the end.

// snippet: bank-notes
using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

// Variance, skewness, curtosis and entropy of the picture of a note: 600 genuine ones and 600 forged, each around a mean.
var random = new Seed(0);
var genuine = Tensor.Randn<float>([600, 4], random) * 1.6f + Tensor.Create<float>([2.2f, 4.2f, 0.8f, -1.2f]);
var forged = Tensor.Randn<float>([600, 4], random) * 1.6f + Tensor.Create<float>([-1.8f, -1.0f, 2.1f, -1.2f]);
var inputs = Tensor.Concatenate<float>([genuine, forged]);
var targets = Tensor.Concatenate<long>([Tensor.Zeros<long>([600]), Tensor.Ones<long>([600])]);
var notes = new TensorDataset(inputs, targets, ["genuine", "forged"]);
var (train, validation, test) = notes.Split(testShare: 0.2, validationShare: 0.1, random);

var model = new Sequential(new Linear(4, 8, random), new Relu(), new Linear(8, 2, random));
var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 0.005))
{
    EarlyStopping = new() { Patience = 5 },
};
trainer.Fit(new DataLoader(train, batchSize: 32, shuffle: random), new DataLoader(validation!, 256), epochs: 50);
var (loss, metrics) = trainer.Evaluate(new DataLoader(test, 256));
Console.WriteLine($"best {trainer.Best}; test loss {loss:F3}, accuracy {metrics.Accuracy:P1} of {metrics.Counted}");

var note = Tensor.Create<float>([[2.0f, 5.1f, 0.3f, -0.9f]]);
var probability = model.Eval().Forward(note).Softmax(1)[0, 0].Item();
Console.WriteLine($"that note is genuine with a probability of {probability:F3}");
// end
