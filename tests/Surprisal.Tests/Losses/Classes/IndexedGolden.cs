using System.Text.Json;
using System.Text.Json.Serialization;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>
/// What PyTorch answered for a loss over class indices: crossentropy.json, softmaxfocal.json or nll.json, written by the scripts beside them.
/// </summary>
internal sealed class IndexedGolden
{
    public required double[] Weight { get; init; }

    public required Dictionary<string, int[]> Shapes { get; init; }

    /// <summary>Inputs by element type and rank.</summary>
    public required Dictionary<string, Dictionary<string, double[]>> Inputs { get; init; }

    public required Case[] Cases { get; init; }

    public required Edge[] Edges { get; init; }

    public abstract record Answer
    {
        public required string Reduction { get; init; }

        public required long Ignore { get; init; }

        public double Gamma { get; init; }

        public double Smoothing { get; init; }

        public required long[] Targets { get; init; }

        public required double[] Value { get; init; }

        public required double[] Gradient { get; init; }

        public Reduction Reduced => Reductions.Of(Reduction);
    }

    public sealed record Case : Answer
    {
        public required string Dtype { get; init; }

        public required string Rank { get; init; }

        public required bool Weighted { get; init; }

        public override string ToString() =>
            $"{Dtype} {Rank} {Reduction}, weighted {Weighted}, ignore {Ignore}, gamma {Gamma}, smoothing {Smoothing}, targets {string.Join(' ', Targets)}";
    }

    public sealed record Edge : Answer
    {
        public required string Name { get; init; }

        public required int[] Shape { get; init; }

        public required double[] Logits { get; init; }

        public required double[]? Weight { get; init; }

        public override string ToString() => $"{Name}, {Reduction}, gamma {Gamma}, smoothing {Smoothing}";
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    public static IndexedGolden Read(string name)
    {
        using var stream = typeof(IndexedGolden).Assembly.GetManifestResourceStream($"Losses/Goldens/{name}.json")!;
        return JsonSerializer.Deserialize<IndexedGolden>(stream, Options)!;
    }

    /// <summary>Value and gradient of one case, on the tape and on spans, in the case's element type.</summary>
    public Compared[] Compare(string function, Case golden, ClassIndexLoss loss)
    {
        var (shape, inputs) = (Shapes[golden.Rank], Inputs[golden.Dtype][golden.Rank]);
        var options = string.Join(", ", new[] { golden.Weighted ? "weight" : "", golden.Ignore == -100 ? "" : "ignore_index", golden.Gamma == 0 ? "" : "gamma",
            golden.Smoothing == 0 ? "" : "label_smoothing", $"reduction={golden.Reduction}" }.Where(static o => o.Length > 0));
        var weighted = loss with
        {
            Weight = golden.Weighted ? ClassWeights.Create(Weight.AsSpan(0, shape[shape.Length == 1 ? 0 : 1])) : null,
            IgnoreIndex = golden.Ignore,
            Reduction = golden.Reduced
        };
        return golden.Dtype == "float64"
            ? Check(function, options, golden, weighted, shape, inputs, golden.ToString())
            : Check(function, options, golden, weighted, shape, Array.ConvertAll(inputs, static v => (float)v), golden.ToString());
    }

    /// <summary>The same for an edge, in both element types.</summary>
    public static void Compare(Edge golden, ClassIndexLoss loss)
    {
        var weighted = loss with
        {
            Weight = golden.Weight is null ? null : ClassWeights.Create(golden.Weight), IgnoreIndex = golden.Ignore, Reduction = golden.Reduced
        };
        Check("edge", "", golden, weighted, golden.Shape, golden.Logits, golden.ToString());
        Check("edge", "", golden, weighted, golden.Shape, Array.ConvertAll(golden.Logits, static v => (float)v), golden + " in float");
    }

    private static Compared[] Check<T>(string function, string options, Answer golden, ClassIndexLoss loss, int[] shape, T[] inputs, string about)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int[] samples = shape.Length == 1 ? [] : [shape[0], .. shape[2..]];
        var input = Tensor.Create<T>(inputs, shape, requiresGrad: true);
        var output = loss.Forward(input, Tensor.Create<long>(golden.Targets, samples));
        Assert.Equal(golden.Reduced == Reduction.None ? samples : [], output.Shape.ToArray());
        var value = Compared.Of<T>(function, options, golden.Value, output.ToArray(), about + ": value");
        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(golden.Reduced == Reduction.None ? 0.5 + i % 3 : 1)).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        var gradient = Compared.Of<T>(function, options, golden.Gradient, input.Grad!.ToArray(), about + ": gradient");

        var evaluated = Evaluated<T>.Of(loss, inputs, shape, golden.Targets);
        double[] reduced = golden.Reduced == Reduction.None ? [golden.Value.Sum()] : golden.Value;
        Near.Equal<double>(reduced, [evaluated.Value], about + ": Evaluate", typeof(T) == typeof(float) ? 1.3e-6 : 1e-7,
            typeof(T) == typeof(float) ? 1e-5 : 1e-7);
        if (golden.Reduced == Reduction.None) Near.Equal<T>(golden.Value, evaluated.Losses, about + ": losses");
        else Near.Equal<T>(golden.Gradient, evaluated.Gradient, about + ": gradient of Evaluate");
        return [value, gradient];
    }
}
