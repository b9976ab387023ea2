#:project ../src/Surprisal.Mpi/Surprisal.Mpi.csproj
#:property PublishAot=false

// As many ranks as you like: the weights have the same bits. Here ranks are threads; over MPI the group is Communicator.Open().

using Surprisal;
using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

float[] expected = [];
foreach (var ranks in new[] { 1, 2, 3 })
    Loopback.Run(ranks, group =>
    {
        var random = new Seed(0);
        var (train, validation) = Digits.Load().Split(testShare: 0.2, random);
        var model = new Sequential(new Flatten(), new Linear(64, 32, random), new BatchNorm1d(32), new Relu(), new Linear(32, 10, random));
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 0.01)) { Parts = 4, Group = group };
        var training = new DistributedTrainer(
            trainer, new DataLoader(train, 128, shuffle: random), new DataLoader(validation, 256));
        var report = training.Fit(epochs: 1)[0];
        if (group.Rank > 0) return;
        var weights = model.Parameters().First().ToArray();
        if (ranks == 1) expected = weights;
        Console.WriteLine($"{ranks} rank{(ranks == 1 ? "" : "s")}: validation loss {report.Validation.Loss:F6}, " +
            (weights.SequenceEqual(expected) ? "the same bits" : "other bits"));
    });
