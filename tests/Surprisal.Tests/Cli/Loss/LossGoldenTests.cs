using System.Globalization;
using System.Text.Json;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Cli.Loss;

/// <summary>PyTorch's own answers, value and gradient, from files and by the command line's options.</summary>
public sealed class LossGoldenTests
{
    public static TheoryData<string> Indexed => ["cross-entropy", "softmax-focal", "nll"];

    public static TheoryData<string> Binary => ["bce", "bce-with-logits"];

    public static TheoryData<string> Differences => ["huber", "smooth-l1"];

    [Theory, MemberData(nameof(Indexed))]
    public void Losses_over_classes_answer_as_PyTorch(string loss)
    {
        var golden = IndexedGolden.Read(loss.Replace("-", "", StringComparison.Ordinal));
        using var call = new LossCall();
        var cases = golden.Cases.Where(static one => one.Rank == "NC2" && one.Reduction != "none").ToList();
        Assert.True(cases.Count >= 16, $"{cases.Count} cases");
        foreach (var one in cases)
        {
            var shape = Array.ConvertAll(golden.Shapes[one.Rank], static size => (nint)size);
            WriteScores(call, one.Dtype, golden.Inputs[one.Dtype][one.Rank], shape);
            call.Write("y", one.Targets, [shape[0], .. shape[2..]]);
            string[] arguments = ["--reduction", one.Reduction, "--ignore-index", $"{one.Ignore}",
                .. one.Weighted ? new[] { "--weight", Join(golden.Weight.AsSpan(0, (int)shape[1])) } : [],
                .. loss == "softmax-focal" ? new[] { "--gamma", $"{one.Gamma:R}" } : [],
                .. loss == "cross-entropy" ? new[] { "--label-smoothing", $"{one.Smoothing:R}" } : []];
            AssertNear(one.Dtype, one.Value, one.Gradient, call.Evaluate(loss, arguments), one.ToString());
        }
    }

    [Theory, MemberData(nameof(Binary))]
    public void Losses_of_yes_and_no_answer_as_PyTorch(string loss)
    {
        using var call = new LossCall();
        var cases = BinaryGolden.Open(loss.Replace("-", "", StringComparison.Ordinal)).Cases.Where(static one => one.Reduction != "none").ToList();
        Assert.True(cases.Count >= 16, $"{cases.Count} cases");
        foreach (var one in cases)
        {
            var shape = Array.ConvertAll(one.Shape, static size => (nint)size);
            WriteScores(call, one.Dtype, one.Inputs, shape);
            call.Write("y", Array.ConvertAll(one.Targets, static value => (float)value), shape);
            string[] arguments = ["--reduction", one.Reduction, .. Weights("--weight", one.Weight), .. Weights("--pos-weight", one.PosWeight)];
            AssertNear(one.Dtype, one.Value, one.Gradient, call.Evaluate(loss, arguments), one.ToString());
        }

        string[] Weights(string option, BinaryGolden.Shaped? weights) => weights is null ? []
            : [option, call.Write(option, weights.Values, Array.ConvertAll(weights.Shape, static size => (nint)size))];
    }

    [Theory, MemberData(nameof(Differences))]
    public void Losses_of_differences_answer_as_PyTorch(string loss)
    {
        using var call = new LossCall();
        var (name, option) = (loss.Replace("-", "", StringComparison.Ordinal), loss == "huber" ? "delta" : "beta");
        var compared = 0;
        foreach (var json in Golden.Open($"Losses/Goldens/{name}.json").GetProperty("cases").EnumerateArray())
        {
            var reduction = json.GetProperty("reduction").GetString()!;
            var limit = json.GetProperty(option);
            if (reduction == "none" || json.TryGetProperty("weight", out _) || limit.ValueKind == JsonValueKind.String) continue;
            var (dtype, input, target) = (json.GetProperty("dtype").GetString()!, json.GetProperty("input"), json.GetProperty("target"));
            var shape = Array.ConvertAll(input.GetProperty("shape").ReadInts(), static size => (nint)size);
            WriteScores(call, dtype, input.ReadTensor<double>().ToArray(), shape);
            call.Write("y", target.ReadTensor<float>().ToArray(), shape);
            if (dtype == "float64") call.Write("y", target.ReadTensor<double>().ToArray(), shape);
            var answer = call.Evaluate(loss, "--reduction", reduction, $"--{option}", limit.GetRawText());
            AssertNear(dtype, json.GetProperty("value").ReadTensor<double>().ToArray(), json.GetProperty("gradient").ReadTensor<double>().ToArray(),
                answer, $"{loss} {json.GetProperty("name")}");
            compared++;
        }
        Assert.True(compared >= 8, $"{compared} cases");
    }

    private static void WriteScores(LossCall call, string dtype, double[] values, nint[] shape)
    {
        if (dtype == "float64") call.Write("x", values, shape);
        else call.Write("x", Array.ConvertAll(values, static value => (float)value), shape);
    }

    private static void AssertNear(
        string dtype, double[] value, double[] gradient, (string Line, double[] Output, double[] Gradient) answer, string about)
    {
        var (relative, absolute) = dtype == "float64" ? (1e-7, 1e-7) : (1.3e-6, 1e-5);
        Near.Equal<double>(value, answer.Output, about + ": value", relative, absolute);
        // PyTorch's gradient of an empty mean is 0 where the library's is what 0 / 0 makes of it: a documented difference with a test of its own.
        if (!double.IsNaN(value[0])) Near.Equal<double>(gradient, answer.Gradient, about + ": gradient", relative, absolute);
    }

    private static string Join(ReadOnlySpan<double> values) =>
        string.Join(',', values.ToArray().Select(static value => value.ToString("R", CultureInfo.InvariantCulture)));
}
