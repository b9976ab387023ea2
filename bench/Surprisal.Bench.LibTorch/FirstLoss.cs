using TorchSharp;

namespace Surprisal.Bench.LibTorch;

/// <summary>The first loss of a process: what its start is timed to.</summary>
internal static class FirstLoss
{
    public const string Command = "first-loss";

    public static void Print()
    {
        var logits = torch.tensor(new float[,] { { 1, 2 }, { 1, 3 }, { 1, 3 } });
        Console.WriteLine($"{torch.nn.functional.cross_entropy(logits, torch.tensor(new long[] { 0, 1, 1 })).item<float>():F4}");
    }
}
