using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>Cross-entropy of class probabilities, and information theory, in one floating type.</summary>
internal static class Probabilities<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("CrossEntropyLoss", CrossEntropy),
        Case.Of<T>("TensorInformation.SelfInformation", static draw => Information(draw, "SelfInformation",
            static (p, _, _, _, unit) => p.SelfInformation(unit), static (p, _, _, _) => -p.log())),
        Case.Of<T>("TensorInformation.Entropy", static draw => Information(draw, "Entropy", static (p, _, dim, keep, unit) => p.Entropy(dim, keep, unit),
            static (p, _, dim, keep) => -p.xlogy(p).sum([dim], keep))),
        Case.Of<T>("TensorInformation.CrossEntropy", static draw => Information(draw, "CrossEntropy",
            static (p, q, dim, keep, unit) => TensorInformation.CrossEntropy(p, q, dim, keep, unit), static (p, q, dim, keep) => -p.xlogy(q).sum([dim], keep))),
        Case.Of<T>("TensorInformation.KlDivergence", static draw => Information(draw, "KlDivergence",
            static (p, q, dim, keep, unit) => p.KlDivergence(q, dim, keep, unit), static (p, q, dim, keep) => (p.xlogy(p) - p.xlogy(q)).sum([dim], keep))),
        Case.Of<T>("TensorInformation.Perplexity", static draw => Information(draw, "Perplexity", static (p, _, dim, keep, _) => p.Perplexity(dim, keep),
            static (p, _, dim, keep) => (-p.xlogy(p).sum([dim], keep)).exp(), inNats: true)),
        Case.Of<T>("TensorInformation.PerplexityOfLoss", PerplexityOfLoss),
    ];

    private static CallOfT<T> CrossEntropy(Draw draw)
    {
        var rank = 1 + draw.Below(4);
        var shape = draw.Shape(rank, rank);
        var (dim, classes) = (rank == 1 ? 0 : 1, shape[rank == 1 ? 0 : 1]);
        var weight = draw.Chance(3) ? Numbers.Of<T>([classes], () => draw.Of(1, 2, 0.5, 0, 3)) : null;
        var loss = new CrossEntropyLoss
        {
            Weight = weight is null ? null : ClassWeights.Create(weight.Values), Reduction = draw.Reduction(), LabelSmoothing = draw.Of(0, 0.1, 1, 0.5),
        };
        var targets = draw.Probabilities<T>(draw.Chance(40) ? draw.Changed(shape) : shape);
        var spans = draw.Coin() && rank > 1 && targets.Shape.AsSpan().SequenceEqual(shape);
        return new()
        {
            Text = $"{loss}.{(spans ? "Evaluate" : "Forward")}(a, b)", Inputs = [draw.Tensor<T>(shape), targets],
            Slack = 8, IsOnePass = true, Upstream = spans ? -1 : 0,
            Surprisal = t => [spans ? OnSpans(loss, t[0], t[1]) : Functional.CrossEntropy(t[0], t[1], loss)],
            Torch = t => [F.cross_entropy(t[0], t[1], weight?.ToTorch(t[0].dtype), -100, ClassOptions.Torch(loss.Reduction), loss.LabelSmoothing)],
            Decisions = shape.AsSpan().SequenceEqual(targets.Shape) ? [] : [new("CrossEntropyLoss: which kind of target is meant", Either: true)],
        };
    }

    private static Tensor<T> OnSpans(CrossEntropyLoss loss, Tensor<T> x, Tensor<T> targets)
    {
        var (gradient, targetGradient) = (Tensor.Zeros<T>(x.Shape), Tensor.Zeros<T>(x.Shape));
        var losses = Tensor.Zeros<T>([x.Shape[0], .. x.Shape[2..]]);
        var result = loss.Evaluate(x.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient.AsTensorSpan(), losses.AsTensorSpan(),
            targetGradient: targetGradient.AsTensorSpan());
        (x.Grad, targets.Grad) = (gradient, targetGradient);
        return loss.Reduction == Reduction.None ? losses : Tensor.Scalar(T.CreateTruncating(result.Value));
    }

    private static CallOfT<T> Information(
        Draw draw, string name, Func<Tensor<T>, Tensor<T>, int, bool, InformationUnit, Tensor<T>> ours,
        Func<torch.Tensor, torch.Tensor, int, bool, torch.Tensor> nats, bool inNats = false)
    {
        var shape = draw.Shape(name == "SelfInformation" ? 0 : 1);
        var dim = shape.Length == 0 ? 0 : draw.Below(2 * shape.Length) - shape.Length;
        var (keep, unit) = (draw.Coin(), draw.Of(InformationUnit.Nats, InformationUnit.Bits));
        return new()
        {
            Text = $"a.{name}(b, {dim}, {keep}, {unit})", IsComposed = true, Slack = 16,
            // Away from 0, where the logarithm has no gradient: that is in the unit tests.
            Inputs = [Given(), Given()],
            Surprisal = t => [ours(t[0], t[1], dim, keep, unit)],
            Torch = t => [unit == InformationUnit.Nats || inNats ? nats(t[0], t[1], dim, keep) : nats(t[0], t[1], dim, keep) / Math.Log(2)],
        };

        // Those of a perplexity are small, for a Half does not hold a large one.
        Numbers Given() => draw.Probabilities<T>(shape)
            .Map(p => double.CreateTruncating(T.CreateTruncating((p == 0 ? 0.5 : p) / (name == "Perplexity" ? 64 : 1))));
    }

    private static CallOfT<T> PerplexityOfLoss(Draw draw)
    {
        var bits = draw.Coin();
        return new()
        {
            Text = $"a.PerplexityOfLoss({(bits ? "InformationUnit.Bits" : "")})", Inputs = [draw.Moderate<T>(draw.Shape())], Mixes = false, IsComposed = true,
            Surprisal = t => [t[0].PerplexityOfLoss(bits ? InformationUnit.Bits : InformationUnit.Nats)],
            Torch = t => [bits ? (t[0] * Math.Log(2)).exp() : t[0].exp()],
        };
    }
}
