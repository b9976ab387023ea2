#:project ../src/Surprisal.Mpi/Surprisal.Mpi.csproj
#:property PublishAot=false

// As many threads as you like: the loss and every number of its gradient have the same bits. As many ranks as you like: the weights
// have. Here ranks are threads; over MPI the group is Communicator.Open().

using System.Numerics.Tensors;
using Surprisal;
using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

nint[] shape = [2048, 1000];
var random = new Seed(1);
float[] logits = Surprisal.Tensor.Randn<float>([2048, 1000], random).ToArray();
int[] classes = Surprisal.Tensor.RandInt<int>(0, 1000, [2048], random).ToArray();
var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };

Threads.Count = 1;
var (value, gradient) = Evaluate();
Console.WriteLine($"1 thread: {value:F6}");

var same = true;
foreach (var count in new[] { 2, 3, 8 })
{
    Threads.Count = count;
    var (again, gradientAgain) = Evaluate();
    same &= again.Equals(value) && gradientAgain.AsSpan().SequenceEqual(gradient);
    Console.WriteLine($"{count} threads: {again:F6}, {(same ? "the same bits" : "other bits")}");
}

float[] weights = [];
foreach (var ranks in new[] { 1, 2, 3 })
    Loopback.Run(ranks, group =>
    {
        var seed = new Seed(0);
        var (train, validation) = Digits.Load().Split(testShare: 0.2, seed);
        var model = new Sequential(new Flatten(), new Linear(64, 32, seed), new BatchNorm1d(32), new Relu(), new Linear(32, 10, seed));
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 0.01))
        {
            Parts = 4, Group = group,
        };
        var training = new DistributedTrainer(trainer, new DataLoader(train, 128, shuffle: seed), new DataLoader(validation, 256));
        var report = training.Fit(epochs: 1)[0];
        if (group.Rank > 0) return;
        if (ranks == 1) weights = model.Parameters().First().ToArray();
        same &= weights.AsSpan().SequenceEqual(model.Parameters().First().ToArray());
        Console.WriteLine($"{ranks} rank{(ranks == 1 ? "" : "s")}: validation loss {report.Validation.Loss:F6}, " +
            (same ? "the same bits" : "other bits"));
    });
return same ? 0 : 1;

(double Value, float[] Gradient) Evaluate()
{
    var gradient = new float[logits.Length];
    double value = loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, shape), new ReadOnlyTensorSpan<int>(classes, [2048]),
        new TensorSpan<float>(gradient, shape));
    return (value, gradient);
}
