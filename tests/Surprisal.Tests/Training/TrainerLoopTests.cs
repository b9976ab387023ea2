using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>The order of the loop: batches, calls, stops, reports, schedule.</summary>
public sealed class TrainerLoopTests
{
    [Fact]
    public void ATrainersStepsAreThoseWrittenByHand()
    {
        var (model, byHand) = (Model(), Model());
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.5, momentum: 0.9)) { MaxGradientNorm = 0.1, KeepLast = true };
        var optimizer = new Sgd(byHand.Parameters(), 0.5, momentum: 0.9);
        Assert.Equal((model, 0.5), (trainer.Model, trainer.Optimizer.LearningRate));
        Assert.Equal(2, trainer.Fit(Loader(), Loader(), 2).Count);
        for (var epoch = 0; epoch < 2; epoch++)
            foreach (var batch in Loader().Epoch(epoch))
            {
                optimizer.ZeroGrad();
                new CrossEntropyLoss().Forward(byHand.Forward(batch.Inputs), batch.Targets).Backward();
                Assert.True(GradientClipping.ByNorm(optimizer.Parameters, 0.1) > 0.1);
                optimizer.Step();
            }
        Assert.Equal(byHand.Parameters().SelectMany(static parameter => parameter.ToArray()),
            model.Parameters().SelectMany(static parameter => parameter.ToArray()));
    }

    [Fact]
    public void TheCallAfterEachBatchSeesHowFarItIs()
    {
        var seen = new List<TrainingPosition>();
        var trainer = Trainer(rate: 0);
        var reports = trainer.Fit(Loader(), Loader(), 2, new Told(seen.Add));
        Assert.Equal([(0, 1, 4), (0, 2, 8), (0, 3, 10), (1, 1, 4), (1, 2, 8), (1, 3, 10)], seen.Select(static at => (at.Epoch, at.Batch, (int)at.Samples)));
        Assert.All(seen, static at => Assert.Equal(at.Samples, at.LossDivisor));
        foreach (var (report, last) in reports.Zip([seen[2], seen[5]]))
        {
            Assert.Equal((last.Epoch + 1, last.Loss, last.Accuracy), (report.Epoch, report.TrainLoss, report.TrainAccuracy));
            Assert.Equal((last.LossSum / 10, last.Correct / 10.0), (report.TrainLoss, report.TrainAccuracy));
            Assert.Equal((last.Loss, last.Correct), (report.Validation.Loss, report.Validation.Metrics.Correct), Close); // at rate 0: the same ten
        }
        Assert.Equal(new TrainingPosition { Epoch = 2 }, trainer.Position);
        Assert.True(double.IsNaN(trainer.Position.Loss) && double.IsNaN(trainer.Position.Accuracy));

        static bool Close((double Loss, long Correct) a, (double Loss, long Correct) b) => Math.Abs(a.Loss - b.Loss) < 1e-6 && a.Correct == b.Correct;
    }

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(2, 0, 2, 0)]
    [InlineData(3, 0, 3, 0)] // the epoch is over but for its test
    [InlineData(4, 1, 1, 1)]
    [InlineData(9, 2, 3, 2)]
    public void AStopEndsAfterTheBatchUnderWay(int batches, int epoch, int batch, int reports)
    {
        using var stop = new CancellationTokenSource();
        var trainer = Trainer();
        var calls = 0;
        var made = trainer.Fit(Loader(), Loader(), 3, new Told(_ => { if (++calls == batches) stop.Cancel(); }), stop.Token).Count;
        Assert.Equal((batches, epoch, batch, reports), (calls, trainer.Position.Epoch, trainer.Position.Batch, made));
    }

    [Fact]
    public void AStopInTheTestEndsItAndItBeginsAgain()
    {
        using var stop = new CancellationTokenSource();
        var (stopped, whole) = (new Calls(), new Calls());
        var trainer = new Trainer(stopped, new CrossEntropyLoss(), new Sgd(stopped.Parameters(), 0.1));
        stopped.OnTest = calls => { if (calls == 2) stop.Cancel(); };
        Assert.Empty(trainer.Fit(Loader(), Loader(), 1, cancellationToken: stop.Token));
        Assert.Equal((2, 0, 3, true), (stopped.Tests, trainer.Position.Epoch, trainer.Position.Batch, stopped.IsTraining));
        stopped.OnTest = null;
        var expected = Assert.Single(new Trainer(whole, new CrossEntropyLoss(), new Sgd(whole.Parameters(), 0.1)).Fit(Loader(), Loader(), 1));
        var report = Assert.Single(trainer.Fit(Loader(), Loader(), 1));
        Assert.Equal((expected.TrainLoss, expected.Validation.Loss, 2 + 3), (report.TrainLoss, report.Validation.Loss, stopped.Tests));
    }

    [Fact]
    public void WhatIsStoppedOrFinishedBeforehandTrainsNothing()
    {
        var trainer = Trainer();
        Assert.Empty(trainer.Fit(Loader(), Loader(), 3, new Told(Never), new CancellationToken(canceled: true)));
        Assert.Empty(trainer.Fit(Loader(), Loader(), 0, new Told(Never)));
        trainer.Position = new TrainingPosition { Epoch = 3 };
        Assert.Empty(trainer.Fit(Loader(), Loader(), 3, new Told(Never)));

        static void Never(TrainingPosition position) => Assert.Fail("a batch was trained");
    }

    [Fact]
    public void TheScheduleStepsOnceAnEpochAfterTheRateIsReported()
    {
        var model = Model();
        var optimizer = new Sgd(model.Parameters(), 0.4);
        var trainer = new Trainer(model, new CrossEntropyLoss(), optimizer) { Schedule = new StepLr(optimizer, 1, 0.5) };
        var rates = new List<double>();
        var reports = trainer.Fit(Loader(), Loader(), 3, new Told(_ => rates.Add(optimizer.LearningRate)));
        Assert.Equal([0.4, 0.2, 0.1], reports.Select(static report => report.LearningRate));
        Assert.Equal([0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1], rates);
        Assert.Equal(0.05, optimizer.LearningRate);
    }

    [Fact]
    public void TheTestIsOfTheModelAfterTheEpoch()
    {
        var trainer = Trainer();
        foreach (var report in trainer.Epochs(Loader(), Loader(), 2))
        {
            var (loss, accuracy) = trainer.Evaluate(Loader());
            Assert.Equal((loss, accuracy.Correct), (report.Validation.Loss, report.Validation.Metrics.Correct));
            Assert.NotEqual(report.TrainLoss, report.Validation.Loss);
        }
    }

    [Fact]
    public void AnEpochWhoseBatchesAreAllDoneIsOnlyTested()
    {
        var trainer = Trainer();
        trainer.Position = new TrainingPosition { Epoch = 1, Batch = 3, Samples = 10, Correct = 4, LossSum = 20, LossDivisor = 8 };
        var report = Assert.Single(trainer.Fit(Loader(), Loader(), 2, new Told(static _ => Assert.Fail("a batch was trained"))));
        Assert.Equal((2, 2.5, 0.4), (report.Epoch, report.TrainLoss, report.TrainAccuracy));
        trainer.Position = new TrainingPosition { Batch = 4 };
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(Loader(), Loader(), 1));
        Assert.Equal("first is 4, but an epoch has 3 batches of 4, 0..2. (Parameter 'first')", error.Message);
    }

    /// <summary>Counts its calls in evaluation.</summary>
    private sealed class Calls : Module
    {
        private readonly Sequential model;

        public Calls() => model = Child("model", Model());

        public int Tests { get; private set; }

        public Action<int>? OnTest { get; set; }

        public override Tensor<float> Forward(Tensor<float> input)
        {
            if (!IsTraining)
            {
                Tests++;
                OnTest?.Invoke(Tests);
            }
            return model.Forward(input);
        }
    }

    private static Sequential Model() => new(new Linear(3, 5, new Seed(1)), new Relu(), new Linear(5, 2, new Seed(2)));

    private static Trainer Trainer(double rate = 0.1)
    {
        var model = Model();
        return new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), rate));
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([10, 3], new Seed(7)), Tensor.RandInt<long>(0, 2, [10], new Seed(8)), ["a", "b"]), batchSize: 4, new Seed(3));
}
