using System.Text.Json;
using System.Text.Json.Serialization;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>
/// What libtorch answered for a binary loss: bce.json and bcewithlogits.json, written by binary.cs; and binaryexact.json, the answers with 50 digits.
/// </summary>
internal sealed class BinaryGolden
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    public Case[] Cases { get; init; } = [];

    public required Case[] Edges { get; init; }

    public Case[] Sizes { get; init; } = [];

    public Refusal[] Refused { get; init; } = [];

    public Tail[] Tails { get; init; } = [];

    public static BinaryGolden Open(string name)
    {
        using var stream = typeof(BinaryGolden).Assembly.GetManifestResourceStream($"Losses/Goldens/{name}.json")!;
        return JsonSerializer.Deserialize<BinaryGolden>(stream, Options)!;
    }

    /// <summary>The case on the tape, compared and measured, and on spans.</summary>
    public static IEnumerable<Compared> Compare(string function, Case golden, DenseLoss loss) =>
        golden.Dtype == "float64" ? Compare<double>(function, golden, loss) : Compare<float>(function, golden, loss);

    private static IEnumerable<Compared> Compare<T>(string function, Case golden, DenseLoss loss) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = Tensor.Create<T>(Array.ConvertAll(golden.Inputs, T.CreateTruncating), golden.Shape, requiresGrad: true);
        var target = Tensor.Create<T>(Array.ConvertAll(golden.Targets, T.CreateTruncating), golden.Shape, requiresGrad: true);
        var output = loss.Forward(input, target);
        Assert.Equal(golden.Reduction == "none" ? golden.Shape : [], output.Shape.ToArray());
        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(golden.Reduction == "none" ? 0.5 + i % 3 : 1)).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        if (golden.Shape.Length > 0) Spans(golden, loss, input.ToArray(), target.ToArray());
        return
        [
            Compared.Of<T>(function, golden.Options, golden.Value, output.ToArray(), golden + ": value"),
            Compared.Of<T>(function, golden.Options, golden.Gradient, input.Grad!.ToArray(), golden + ": gradient"),
            Compared.Of<T>(function, golden.Options, golden.TargetGradient, target.Grad!.ToArray(), golden + ": gradient of the target"),
        ];
    }

    private static void Spans<T>(Case golden, DenseLoss loss, T[] inputs, T[] targets) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var answer = BinaryAnswer<T>.Of(loss, inputs, targets, golden.Shape);
        if (golden.Reduction == "none")
        {
            Near.Equal<T>(golden.Value, answer.Losses, golden + ": losses of Evaluate");
            return;
        }
        Near.Equal<T>(golden.Value, [T.CreateTruncating(answer.Value)], golden + ": Evaluate");
        Near.Equal<T>(golden.Gradient, answer.Gradient, golden + ": gradient of Evaluate");
        Near.Equal<T>(golden.TargetGradient, answer.TargetGradient, golden + ": gradient of the target of Evaluate");
    }

    public sealed record Case
    {
        public required string Name { get; init; }

        public required string Dtype { get; init; }

        public required string Reduction { get; init; }

        public required int[] Shape { get; init; }

        public required double[] Inputs { get; init; }

        public required double[] Targets { get; init; }

        public required Shaped? Weight { get; init; }

        public Shaped? PosWeight { get; init; }

        public required double[] Value { get; init; }

        public required double[] Gradient { get; init; }

        public required double[] TargetGradient { get; init; }

        /// <summary>PyTorch's names of the options that are set.</summary>
        public string Options => string.Join(", ",
            new[] { Weight is null ? "" : "weight", PosWeight is null ? "" : "pos_weight", $"reduction={Reduction}" }.Where(static o => o.Length > 0));

        public BceLoss Bce => new() { Weight = Weight?.Weights, Reduction = Reductions.Of(Reduction) };

        public BceWithLogitsLoss BceWithLogits => new() { Weight = Weight?.Weights, PosWeight = PosWeight?.Weights, Reduction = Reductions.Of(Reduction) };

        public override string ToString() => $"{Name} {Dtype} [{string.Join(", ", Shape)}] {Options}, weight {Weight?.Weights}, " +
            $"pos_weight {PosWeight?.Weights}, inputs {string.Join(", ", Inputs.Take(3))}, targets {string.Join(", ", Targets.Take(3))}";
    }

    public sealed record Shaped(int[] Shape, double[] Values)
    {
        public ElementWeights Weights => ElementWeights.Create(Values, Array.ConvertAll(Shape, static size => (nint)size));
    }

    /// <summary>An input and a target that libtorch refuses, and the first words of its refusal.</summary>
    public sealed record Refusal(double Input, double Target, string Words);

    /// <summary>Rows of z, softplus(z) and sigma(z), correct to the last digit of a double.</summary>
    public sealed record Tail(string Dtype, double[][] Rows);
}
