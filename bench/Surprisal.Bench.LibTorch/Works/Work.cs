using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>What is timed, with its data.</summary>
internal abstract class Work : IDisposable
{
    /// <summary>What is made while a work is made ready; it goes with the work.</summary>
    private DisposeScope? data;

    public static Work Of(JsonObject request)
    {
        var data = torch.NewDisposeScope();
        var inputs = request["inputs"]!.Deserialize<string[]>()!.Select(Numbers.Read).ToArray();
        Work work = (string?)request["work"] switch
        {
            "cross_entropy" => new CrossEntropy(request, inputs),
            "bce_with_logits" => new BceWithLogits(request, inputs),
            "log_softmax" => new LogSoftmax(request, inputs),
            "function" => new Function(request, inputs),
            "loss" => new OtherLoss(request, inputs),
            "convolution" => new Convolution(request, inputs),
            "matmul" => new MatrixProduct(request, inputs),
            "output_layer" => new OutputLayer(request, inputs),
            "gpt" => new Gpt(request, inputs),
            "lenet" => new LeNet(request, inputs),
            var other => throw new NotSupportedException($"'{other}' is no work here."),
        };
        work.data = data;
        return work;
    }

    /// <summary>One call: what it makes is freed at its end, not when a collector comes by.</summary>
    public void Run()
    {
        using var round = torch.NewDisposeScope();
        Call();
    }

    /// <summary>One call, and numbers that stand for its results.</summary>
    public double[] Answer()
    {
        using var round = torch.NewDisposeScope();
        return [.. Call().Select(Numbers.StandingFor)];
    }

    public void Dispose() => data?.Dispose();

    protected static long[] Shape(JsonObject request) => request["shape"]!.Deserialize<long[]>()!;

    /// <summary>Does the work; returns its results.</summary>
    protected abstract torch.Tensor[] Call();
}
