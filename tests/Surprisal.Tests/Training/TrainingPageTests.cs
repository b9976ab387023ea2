using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>The code of docs/training.md runs, and says what the page says.</summary>
public sealed class TrainingPageTests
{
    [Fact]
    public void ByHandAndByTheTrainerAreTheSameBits()
    {
        var (byHand, weights) = ByHand();
        Assert.Equal(weights, ByTrainer(byHand));
    }

    [Fact]
    public void EverythingTogetherLearns()
    {
        var random = new Seed(0);
        var (learn, test) = Digits.Load().Split(0.2, random);
        var (train, validation) = learn.Split(0.2, random);
        var model = new Sequential(new Flatten(), new Linear(64, 48, random), new Relu(), new Dropout(0.2, random), new Linear(48, 10, random));
        var folder = Directory.CreateTempSubdirectory("surprisal").FullName;
        try
        {
            // snippet: training-options
            var loader = new DataLoader(train, batchSize: 8, shuffle: random);
            var optimizer = new AdamW(ParameterGroup.WithoutDecayOfVectors(model), learningRate: 0.01, weightDecay: 0.01);
            var steps = (loader.BatchCount + 3) / 4 * 20; // four batches a step, twenty epochs
            using var board = new TensorBoardWriter(folder);
            var trainer = new Trainer(model, new CrossEntropyLoss { LabelSmoothing = 0.05 }, optimizer)
            {
                AccumulateSteps = 4, // as one batch of 32, in the memory of 8
                MaxGradientNorm = 1,
                Schedule = new WarmUpLr(new CosineLr(optimizer, steps) { Unit = ScheduleUnit.Step }, length: 20),
                Criterion = Criterion.MacroF1,
                EarlyStopping = new() { Patience = 5 },
                AfterEpoch = report =>
                {
                    board.Scalar("validation/loss", report.Validation.Loss, report.Epoch);
                    return false; // true would end it
                },
            };
            trainer.Fit(loader, new DataLoader(validation, 256), epochs: 20);
            var (testLoss, metrics) = trainer.Evaluate(new DataLoader(test, 256)); // the best epoch, and the only look at the test set
            Console.WriteLine($"{trainer.Best}; test loss {testLoss:F3}, macro F1 {metrics.MacroF1:F3}");
            // end
            Assert.InRange(metrics.MacroF1, 0.9, 1);
            Assert.True(new FileInfo(board.Location).Length > 100);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void SeveralLabelsAreNumbersOfTheBatch()
    {
        var random = new Seed(1);
        var inputs = Tensor.Randn<float>([40, 3], random);
        var labels = inputs.Greater(0f).To<float>(); // three labels a sample
        // snippet: training-labels
        var data = new TensorDataset(inputs, Tensor.Zeros<long>([40]), ["a", "b", "c"]);
        var loader = new DataLoader(data, batchSize: 10, shuffle: random)
        {
            Collate = (dataset, samples) => Batch.Collate(dataset, samples) with
            {
                Probabilities = labels.IndexSelect(0, Tensor.Create<long>([.. samples.Select(sample => (long)sample)])),
            },
        };
        var model = new Linear(3, 3, random);
        var trainer = new Trainer(model, new BceWithLogitsLoss(), new Adam(model.Parameters(), learningRate: 0.1));
        var report = trainer.Fit(loader, loader, epochs: 30)[^1];
        Console.WriteLine(report.Validation.MultiLabel!.MicroF1);
        // end
        Assert.InRange(report.Validation.MultiLabel!.MicroF1, 0.95, 1);
    }

    private static (float Loss, float[] Weights) ByHand()
    {
        var random = new Seed(0);
        var (train, _) = Digits.Load().Split(0.2, random);
        var model = new Sequential(new Flatten(), new Linear(64, 10, random));
        // snippet: training-by-hand
        var loader = new DataLoader(train, batchSize: 32, shuffle: random);
        var loss = new CrossEntropyLoss();
        var optimizer = new Adam(model.Parameters(), learningRate: 0.01);
        var schedule = new CosineLr(optimizer, epochs: 3);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var (inputs, targets) in loader)
            {
                optimizer.ZeroGrad();
                var value = loss.Forward(model.Forward(inputs), targets);
                value.Backward();
                GradientClipping.ByNorm(model.Parameters(), 1);
                optimizer.Step();
            }
            schedule.Step();
        }
        // end
        var batch = loader.Epoch(0).First();
        return (loss.Forward(model.Forward(batch.Inputs), batch.Targets).Item(), Weights(model));
    }

    private static float[] ByTrainer(float byHand)
    {
        var random = new Seed(0);
        var (train, validation) = Digits.Load().Split(0.2, random);
        var model = new Sequential(new Flatten(), new Linear(64, 10, random));
        // snippet: training-trainer
        var loader = new DataLoader(train, batchSize: 32, shuffle: random);
        var loss = new CrossEntropyLoss();
        var optimizer = new Adam(model.Parameters(), learningRate: 0.01);
        var trainer = new Trainer(model, loss, optimizer)
        {
            Schedule = new CosineLr(optimizer, epochs: 3), MaxGradientNorm = 1, KeepLast = true,
        };
        foreach (var report in trainer.Epochs(loader, new DataLoader(validation, 256), epochs: 3)) Console.WriteLine(report);
        // end
        var batch = loader.Epoch(0).First();
        Assert.Equal(byHand, loss.Forward(model.Forward(batch.Inputs), batch.Targets).Item());
        return Weights(model);
    }

    private static float[] Weights(Module model) => [.. model.Parameters().SelectMany(static parameter => parameter.ToArray())];
}
