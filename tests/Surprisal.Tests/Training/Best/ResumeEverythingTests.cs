using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Stopped anywhere and resumed, with every option of the trainer: the bits of the run that was not.</summary>
public sealed class ResumeEverythingTests : IDisposable
{
    private const int Epochs = 4, Batches = 7;

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static readonly Dictionary<string, Func<Optimizer, int, Schedule?>> schedules = new(StringComparer.Ordinal)
    {
        ["none"] = static (_, _) => null,
        ["cosine"] = static (optimizer, _) => new CosineLr(optimizer, Epochs, minimum: 0.001),
        ["cosine by steps"] = static (optimizer, steps) => new CosineLr(optimizer, Epochs * steps, 0.001) { Unit = ScheduleUnit.Step },
        ["step by steps"] = static (optimizer, _) => new StepLr(optimizer, 3, 0.7) { Unit = ScheduleUnit.Step },
        ["warm-up"] = static (optimizer, steps) =>
            new WarmUpLr(new CosineLr(optimizer, Epochs * steps, 0.001) { Unit = ScheduleUnit.Step }, 5),
        ["one cycle"] = static (optimizer, steps) => new OneCycleLr(optimizer, 0.05, Epochs * steps, cycleMomentum: optimizer.CurrentMomentum is not null),
        ["plateau"] = static (optimizer, _) => new PlateauLr(optimizer, 0.5, patience: 0, threshold: 0.05),
    };

    private static readonly Dictionary<string, Func<Module, Optimizer>> optimizers = new(StringComparer.Ordinal)
    {
        ["sgd"] = static model => new Sgd(model.Parameters(), 0.05),
        ["momentum"] = static model => new Sgd(ParameterGroup.WithoutDecayOfVectors(model), 0.05, momentum: 0.9, weightDecay: 0.01, dampening: 0.2),
        ["nesterov"] = static model => new Sgd(model.Parameters(), 0.05, momentum: 0.8, nesterov: true),
        ["adam"] = static model => new Adam(model.Parameters(), 0.02, weightDecay: 0.01),
        ["adamw"] = static model => new AdamW(ParameterGroup.WithoutDecayOfVectors(model), 0.02, weightDecay: 0.1),
    };

    public static TheoryData<string, string> Kinds => [.. from schedule in schedules.Keys from optimizer in optimizers.Keys select (schedule, optimizer)];

    [Theory, MemberData(nameof(Kinds))]
    public void AResumedRunHasTheSameBits(string schedule, string optimizer)
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        var random = new Surprisal.Kernels.RandomStream(schedule.Length * 100 + optimizer.Length);
        foreach (var accumulate in (int[])[1, 3])
            foreach (var stopping in (bool[])[false, true])
                foreach (var dropout in (double[])[0, 0.3])
                {
                    var (steps, name) = ((Batches + accumulate - 1) / accumulate, $"{accumulate} batches, {stopping}, dropout {dropout}");
                    var whole = Trainer(stop: null);
                    var expected = whole.Fit(Loader(), Loader(), Epochs).Select(Text).ToList();
                    var stop = 1 + (int)random.Below((ulong)(Epochs * steps - 1));
                    var count = 0;
                    var first = Trainer(_ => ++count == stop);
                    var reports = first.Fit(Loader(), Loader(), Epochs).Select(Text).ToList();
                    Checkpoint.Save(path, first, Loader());
                    var second = Trainer(stop: null);
                    Assert.Empty(Checkpoint.Load(path, second, Loader()));
                    reports.AddRange(second.Fit(Loader(), Loader(), Epochs).Select(Text));
                    Assert.Equal((name, expected), (name, reports), static (a, b) => a.Item2.SequenceEqual(b.Item2));
                    Assert.Equal((whole.Position, whole.Optimizer.LearningRate, whole.Best!.Epoch, whole.Best.Value),
                        (second.Position, second.Optimizer.LearningRate, second.Best!.Epoch, second.Best.Value));
                    Assert.Equal(whole.Schedule?.State, second.Schedule?.State);
                    AssertSame(whole.Model.StateDictionary(), second.Model.StateDictionary()); // the best
                    AssertSame(whole.Selection.LastState(whole.Model), second.Selection.LastState(second.Model));
                    AssertSame(whole.Optimizer.StateDictionary(), second.Optimizer.StateDictionary());

                    Trainer Trainer(Func<TrainingPosition, bool>? stop)
                    {
                        Module model = new Sequential(new Flatten(), new Linear(6, 16, new Seed(1)), new Relu(), new Dropout(dropout, new Seed(5)),
                            new Linear(16, 3, new Seed(2)));
                        var made = optimizers[optimizer](model);
                        return new(model, new CrossEntropyLoss(), made)
                        {
                            Schedule = schedules[schedule](made, steps), AccumulateSteps = accumulate, AfterStep = stop,
                            EarlyStopping = stopping ? new() { Patience = 2, MinimumDifference = 0.01 } : null, MaxGradientNorm = 1, MaxGradientValue = 0.5,
                        };
                    }
                }
    }

    private static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, named => Assert.True(named.Value.HasSameBits(actual[named.Key]), named.Key));
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([50, 2, 3], new Seed(11)), Tensor.RandInt<long>(0, 3, [50], new Seed(12)), ["a", "b", "c"]),
        batchSize: 8, new Seed(4));

    private static string Text(EpochReport report) =>
        $"{report.Epoch} {report.LearningRate:R} {report.TrainLoss:R} {report.TrainAccuracy:R} {report.Validation.Loss:R} " +
        $"{report.Validation.Metrics.Correct} {report.IsBest}";
}
