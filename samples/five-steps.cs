#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// The five steps of every PyTorch training script, on the handwritten digits: data, model, loss, optimizer, training.

// snippet: five-steps
using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

var random = new Seed(0);
var (train, test) = Digits.Load().Split(0.2, random);
var loader = new DataLoader(train, batchSize: 32, shuffle: random);

var model = new Sequential(
    new Flatten(),
    new Linear(64, 48, random), new Relu(),
    new Linear(48, 10, random));

var loss = new CrossEntropyLoss();

var optimizer = new Adam(model.Parameters(), learningRate: 0.003);

for (var epoch = 0; epoch < 10; epoch++)
    foreach (var (inputs, targets) in loader)
    {
        var value = loss.Forward(model.Forward(inputs), targets);
        optimizer.ZeroGrad();
        value.Backward();
        optimizer.Step();
    }

var trainer = new Trainer(model, loss, optimizer);
var (testLoss, metrics) = trainer.Evaluate(new DataLoader(test, batchSize: 256));
Console.WriteLine($"test loss {testLoss:F3}, accuracy {metrics.Accuracy:P1} of {metrics.Counted}");
// end

return metrics.Accuracy > 0.9 ? 0 : 1;
