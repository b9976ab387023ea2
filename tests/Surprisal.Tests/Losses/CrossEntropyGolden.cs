using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surprisal.Tests.Losses;

/// <summary>What PyTorch answered: crossentropy.json, written by crossentropy.py beside it.</summary>
internal sealed class CrossEntropyGolden
{
    private static readonly Lazy<CrossEntropyGolden> Once = new(Read);

    public static CrossEntropyGolden Instance => Once.Value;

    public required double[] Weight { get; init; }

    public required Dictionary<string, int[]> Shapes { get; init; }

    /// <summary>Logits by element type and rank.</summary>
    public required Dictionary<string, Dictionary<string, double[]>> Inputs { get; init; }

    public required Case[] Cases { get; init; }

    public required Edge[] Edges { get; init; }

    public abstract record Answer
    {
        public required string Reduction { get; init; }

        public required long Ignore { get; init; }

        public required double Smoothing { get; init; }

        public required long[] Targets { get; init; }

        public required double[] Value { get; init; }

        public required double[] Gradient { get; init; }

        public Reduction Reduced => Enum.Parse<Reduction>(Reduction, ignoreCase: true);

        /// <summary>What the script sends into Backward for each sample.</summary>
        public double Upstream(int sample) => Reduced == Surprisal.Reduction.None ? 0.5 + sample % 3 : 1;

        /// <summary>PyTorch's names of the options that are set.</summary>
        public string Options(bool weighted) =>
            string.Join(", ", new[] { weighted ? "weight" : "", Ignore == -100 ? "" : "ignore_index", Smoothing == 0 ? "" : "label_smoothing", $"reduction={Reduction}" }.Where(static o => o.Length > 0));

        public CrossEntropyLoss Loss(double[]? weight) => new()
        {
            Weight = weight is null ? null : ClassWeights.Create(weight),
            IgnoreIndex = Ignore,
            LabelSmoothing = Smoothing,
            Reduction = Reduced,
        };
    }

    public sealed record Case : Answer
    {
        public required string Dtype { get; init; }

        public required string Rank { get; init; }

        public required bool Weighted { get; init; }

        public override string ToString() => $"{Dtype} {Rank} {Reduction}, weighted {Weighted}, ignore {Ignore}, smoothing {Smoothing}, targets {string.Join(' ', Targets)}";
    }

    public sealed record Edge : Answer
    {
        public required string Name { get; init; }

        public required int[] Shape { get; init; }

        public required double[] Logits { get; init; }

        public required double[]? Weight { get; init; }

        public override string ToString() => $"{Name}, {Reduction}";
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static CrossEntropyGolden Read()
    {
        using var stream = typeof(CrossEntropyGolden).Assembly.GetManifestResourceStream("Losses/crossentropy.json")!;
        return JsonSerializer.Deserialize<CrossEntropyGolden>(stream, Options)!;
    }
}
