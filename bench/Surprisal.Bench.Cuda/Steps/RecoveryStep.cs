using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>A call whose target is no class, which is refused before anything is written, and then a good one.</summary>
internal static class RecoveryStep
{
    public static void Run(ICudaDevice device, JsonObject to)
    {
        float[] values = [.. Enumerable.Range(0, 3000).Select(static i => i % 11 * 0.5f)];
        using var logits = CudaTensor<float>.New(device, new[] { 30, 100 }, values);
        using var bad = CudaTensor<long>.New(device, new[] { 30 }, [.. Enumerable.Repeat(7L, 29), 100]);
        using var good = CudaTensor<long>.New(device, new[] { 30 }, [.. Enumerable.Repeat(7L, 30)]);
        try
        {
            new CrossEntropyLoss().Evaluate(logits, bad, logits);
            to["failed"] = "a target that is no class was taken";
            return;
        }
        catch (ArgumentOutOfRangeException error)
        {
            to["message"] = error.Message;
        }
        var untouched = logits.Cpu().ToArray().AsSpan().SequenceEqual(values);
        var expected = new CrossEntropyLoss().Evaluate(values, (long[])[.. Enumerable.Repeat(7L, 30)], 100).Value;
        var value = new CrossEntropyLoss().Evaluate(logits, good, logits).Value;
        to["summary"] = $"refused, then {value:R}";
        if (!untouched || value != expected)
            to["failed"] = $"logits {(untouched ? "are" : "are not")} as they were; then {value:R}, not {expected:R}";
    }
}
