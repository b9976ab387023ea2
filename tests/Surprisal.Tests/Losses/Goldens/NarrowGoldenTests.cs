using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Half and BFloat16 beside libtorch, in narrow.json, written by narrow.cs: here one rounding from the truth, and libtorch's own roundings from it.
/// </summary>
public sealed class NarrowGoldenTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    private static readonly Lazy<File> golden = new(static () =>
        JsonSerializer.Deserialize<File>(typeof(NarrowGoldenTests).Assembly.GetManifestResourceStream("Losses/Goldens/narrow.json")!, Options)!);

    public static TheoryData<string, string> Functions => new(golden.Value.Cases.Select(static c => (c.Function, c.Dtype)).Distinct());

    [Theory, MemberData(nameof(Functions))]
    public void ValuesAndGradientsAreTheTruthRoundedOnceAndNearPyTorch(string function, string dtype)
    {
        var cases = golden.Value.Cases.Where(c => c.Function == function && c.Dtype == dtype).ToList();
        Assert.Equal(5 * 3 * 2 * (function == "cross_entropy" ? 2 : 1), cases.Count);
        foreach (var c in cases)
            if (dtype == "float16") Check<Half>(c, Math.ScaleB(1, -10), Math.ScaleB(1, -24));
            else Check<BFloat16>(c, Math.ScaleB(1, -7), 0);
    }

    private static void Check<T>(Case c, double epsilon, double smallest) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = Tensor.Create<T>(Array.ConvertAll(c.Inputs, T.CreateTruncating), c.Shape, requiresGrad: true);
        var output = c.Function switch
        {
            "cross_entropy" => Indices(new CrossEntropyLoss { LabelSmoothing = c.Smoothing, Weight = c.Classes, Reduction = Reductions.Of(c.Reduction) }),
            "nll_loss" => Indices(new NllLoss { Weight = c.Classes, Reduction = Reductions.Of(c.Reduction) }),
            "binary_cross_entropy" => Numbers(new BceLoss { Weight = c.Elements, Reduction = Reductions.Of(c.Reduction) }),
            _ => Numbers(new BceWithLogitsLoss { Weight = c.Elements, Reduction = Reductions.Of(c.Reduction) }),
        };
        output.Backward(Tensor.Create<T>(
            [.. Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(c.Reduction == "none" ? 0.5 + i % 3 : 1))], output.Shape));
        Near(output.ToArray(), c.Truth, c.Value, "value");
        Near(input.Grad!.ToArray(), c.TruthGradient, c.Gradient, "gradient");

        Tensor<T> Indices(ClassIndexLoss loss) => loss.Forward(input, Tensor.Create<long>(Array.ConvertAll(c.Targets, static t => (long)t), [c.Shape[0]]));

        Tensor<T> Numbers(DenseLoss loss) => loss.Forward(input, Tensor.Create<T>(Array.ConvertAll(c.Targets, T.CreateTruncating), c.Shape));

        void Near(T[] actual, double[] truth, double[] libtorch, string about)
        {
            // Half a unit of the last place, and what float's roundings in between can add; libtorch rounds the parts too: to two units of the largest.
            Losses.Near.Equal<T>(truth, actual, $"{c}: {about}", epsilon * 0.501, smallest * 0.501);
            var largest = truth.Max(Math.Abs);
            Losses.Near.Equal<T>(libtorch, actual, $"{c}: {about} of libtorch", 0, 2 * epsilon * largest + smallest);
        }
    }

    private sealed record File(Case[] Cases);

    private sealed record Case(string Function, string Dtype, string Reduction, double Smoothing, int[] Shape, double[] Inputs, double[] Targets,
        double[]? Weight, double[] Value, double[] Gradient, double[] Truth, double[] TruthGradient)
    {
        public ClassWeights? Classes => Weight is null ? null : ClassWeights.Create(Weight);

        public ElementWeights? Elements => Weight is null ? null : ElementWeights.Create(Weight, [Weight.Length]);

        public override string ToString() =>
            $"{Function} {Dtype} [{string.Join(", ", Shape)}] {Reduction}, smoothing {Smoothing}, weights {Weight is not null}";
    }
}
