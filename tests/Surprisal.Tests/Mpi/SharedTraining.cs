using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>Short trainings of small networks, and their bits.</summary>
internal static class SharedTraining
{
    public const int Classes = 3;

    /// <summary>Rows of noise around the classes' centres; some have no class that counts.</summary>
    public static TensorDataset Data(int rows, int ignoreEach = 0, int notFinite = -1)
    {
        var random = new Random(7);
        var (inputs, targets) = (Tensor.Zeros<float>([rows, 1, 6, 6]), Tensor.Zeros<long>([rows]));
        for (var i = 0; i < rows; i++)
        {
            targets.Span[i] = ignoreEach > 0 && i % ignoreEach == 0 ? -100 : i % Classes;
            for (var j = 0; j < 36; j++) inputs.Span[36 * i + j] = (float)(random.NextDouble() + (j % Classes == i % Classes ? 0.5 : 0));
        }
        if (notFinite >= 0) inputs.Span[36 * notFinite] = float.NaN;
        return new(inputs, targets, ["a", "b", "c"]);
    }

    public static Module Network(string kind)
    {
        var seed = new Seed(3);
        return kind switch
        {
            "mlp" => new Sequential(new Flatten(), new Linear(36, 33, seed), new Relu(), new Dropout(0.3, seed), new Linear(33, Classes, seed)),
            "wide" => new Sequential(new Flatten(), new Linear(36, 1100, seed), new Relu(), new Linear(1100, 1100, seed), new Relu(),
                new Linear(1100, Classes, seed)),
            "wide norm" => new Sequential(new Flatten(), new Linear(36, 1100, seed), new BatchNorm1d(1100), new Relu(),
                new Linear(1100, 1100, seed), new Dropout(0.1, seed), new Linear(1100, Classes, seed)),
            "conv" => new Sequential(new Conv2d(1, 5, 3, seed), new Relu(), new MaxPool2d(2), new Flatten(), new Linear(20, Classes, seed)),
            "norm" => new Sequential(new Conv2d(1, 4, 3, seed), new BatchNorm2d(4), new Relu(), new Flatten(), new Linear(64, 12, seed),
                new BatchNorm1d(12), new Dropout(0.2, seed), new Linear(12, Classes, seed)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    public static (Trainer Trainer, DataLoader Train, DataLoader Validation) Make(
        string kind, int parts, ProcessGroup? group = null, int batch = 13, int accumulate = 1, int ignoreEach = 0, float[]? weights = null,
        bool synchronize = true)
    {
        var model = Network(kind);
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };
        var trainer = new Trainer(model, weights is null ? loss : loss with { Weight = weights },
            new Sgd(model.Parameters(), learningRate: 0.05, momentum: 0.9))
        {
            Parts = parts, Group = group ?? ProcessGroup.Alone, AccumulateSteps = accumulate, MaxGradientNorm = 5, KeepLast = true,
            SynchronizeBatchNorm = synchronize,
        };
        return (trainer, new DataLoader(Data(50, ignoreEach), batch, shuffle: new Seed(5)), new DataLoader(Data(23), 4));
    }

    /// <summary>What a training leaves: a hash of parameters and buffers, and the text of its reports.</summary>
    public static (string Bits, string Reports) Of(Trainer trainer, IEnumerable<EpochReport> reports) =>
        (Bits(trainer.Model), string.Join('\n', reports.Select(static report => $"{report} {report.TrainLoss:R} {report.Validation.Loss:R}")));

    public static string Bits(Module model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in model.NamedParameters()) hash.AppendData(MemoryMarshal.AsBytes(parameter.Span));
        foreach (var (_, buffer) in model.NamedBuffers())
            hash.AppendData(buffer is Tensor<float> floats ? MemoryMarshal.AsBytes(floats.Span) : MemoryMarshal.AsBytes(((Tensor<long>)buffer).Span));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
