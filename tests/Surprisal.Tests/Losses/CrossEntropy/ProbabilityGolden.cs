using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surprisal.Tests.Losses;

/// <summary>What PyTorch answered for class probabilities: probabilities.json, written by probabilities.py beside it.</summary>
internal sealed class ProbabilityGolden
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    private static readonly Lazy<ProbabilityGolden> Once = new(static () =>
    {
        using var stream = typeof(ProbabilityGolden).Assembly.GetManifestResourceStream("Losses/Goldens/probabilities.json")!;
        return JsonSerializer.Deserialize<ProbabilityGolden>(stream, Options)!;
    });

    public static ProbabilityGolden Instance => Once.Value;

    public required Case[] Cases { get; init; }

    public required Case[] Edges { get; init; }

    public sealed record Case
    {
        public required string Name { get; init; }

        public required string Dtype { get; init; }

        public required string Reduction { get; init; }

        public required double Smoothing { get; init; }

        public required int[] Shape { get; init; }

        public required double[] Logits { get; init; }

        public required double[] Targets { get; init; }

        public required double[]? Weight { get; init; }

        public required double[] Value { get; init; }

        public required double[] Gradient { get; init; }

        public required double[] TargetGradient { get; init; }

        public CrossEntropyLoss Loss =>
            new() { Weight = Weight is null ? null : ClassWeights.Create(Weight), LabelSmoothing = Smoothing, Reduction = Reductions.Of(Reduction) };

        /// <summary>PyTorch's names of the options that are set.</summary>
        public string Options => string.Join(", ",
            new[] { Weight is null ? "" : "weight", Smoothing == 0 ? "" : "label_smoothing", $"reduction={Reduction}" }.Where(static o => o.Length > 0));

        public override string ToString() => $"{Name} {Dtype} [{string.Join(", ", Shape)}] {Options}, smoothing {Smoothing}";
    }
}
