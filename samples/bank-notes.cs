#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// The five steps of a training script, on genuine and forged bank notes with four features each.

using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

// 1. Data: each class is a cloud around its own mean. The seed makes every run the same, on every machine.
var random = new Seed(0);
var genuine = Notes([2.2f, 4.2f, 0.8f, -1.2f], spread: 1.6f);
var forged = Notes([-1.8f, -1.0f, 2.1f, -1.2f], spread: 1.6f);
var inputs = Tensor.Concatenate<float>([genuine, forged]);
var targets = Tensor.Concatenate<long>([Tensor.Zeros<long>([600]), Tensor.Ones<long>([600])]);
var notes = new TensorDataset(inputs, targets, ["genuine", "forged"]);
var (train, test) = notes.Split(0.25, random);
var loader = new DataLoader(train, batchSize: 30, shuffle: random);
Console.WriteLine($"{train.Count} notes to learn from, {test.Count} to test with");

// 2. Model: four features to two logits. No softmax at the end: the loss has it built in.
var model = new Sequential(new Linear(4, 8, random), new Relu(), new Linear(8, 2, random));

// 3. Loss: from logits and classes to one number. Two classes start near ln 2 = 0.69.
var loss = new CrossEntropyLoss();

// 4. Optimizer: who moves the parameters, and how far.
var optimizer = new Sgd(model.Parameters(), learningRate: 0.002, momentum: 0.9);

// 5. Training: forward, backward, step; the gradients are cleared in between, or they would add up.
var accuracy = Report(0);
for (var epoch = 1; epoch <= 20; epoch++)
{
    // snippet: steps
    foreach (var (features, classes) in loader)
    {
        using var step = Tensor.Step(); // the memory of what is made below serves the next batch
        var output = loss.Forward(model.Forward(features), classes);
        optimizer.ZeroGrad();
        output.Backward();
        optimizer.Step();
    }
    // end
    if (epoch % 5 == 0) accuracy = Report(epoch);
}
return accuracy >= 0.95 ? 0 : 1;

double Report(int epoch)
{
    var (testLoss, metrics) = new Trainer(model, loss, optimizer).Evaluate(new DataLoader(test, 300));
    Console.WriteLine($"epoch {epoch,2}: loss {testLoss:F4}, accuracy {metrics.Accuracy:P1} of {metrics.Counted}");
    return metrics.Accuracy;
}

// Variance, skewness, curtosis and entropy of the picture of a note, in 600 notes around a mean.
Tensor<float> Notes(float[] mean, float spread) =>
    Tensor.Randn<float>([600, 4], random) * spread + Tensor.Create<float>(mean);
