using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>The losses over class indices, in one floating type.</summary>
internal static class ClassLosses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("CrossEntropyLoss", CrossEntropy),
        Case.Of<T>("Functional.CrossEntropy", CrossEntropy),
        Case.Of<T>("NllLoss", Nll),
        Case.Of<T>("Functional.Nll", Nll),
        Case.Of<T>("SoftmaxFocalLoss", SoftmaxFocal),
        Case.Of<T>("Functional.SoftmaxFocal", SoftmaxFocal),
    ];

    private static CallOfT<T> CrossEntropy(Draw draw)
    {
        var beyond = draw.Chance(4);
        var (shape, targets, options) = Options(draw);
        var loss = new CrossEntropyLoss
        {
            Weight = options.Ours, IgnoreIndex = options.Ignored, Reduction = options.Reduction, LabelSmoothing = draw.Of(0, 0.1, 1, 0, 0.5),
            SmoothingWeight = beyond && draw.Coin() ? SmoothingWeight.PerTarget : SmoothingWeight.PerClass,
            ZLoss = beyond ? draw.Of(0, 0.01, 1) : 0,
            SoftCap = beyond ? draw.Of<double?>(null, 3, 30) : null,
            Temperature = beyond ? draw.Of(1, 0.5, 3.0) : 1,
            Prior = beyond && draw.Coin() ? [.. Enumerable.Range(1, options.Classes).Select(static c => c / 8.0)] : null,
            PriorStrength = beyond ? draw.Of(1, 0.5, -1.0) : 1,
        };
        return OfIndices(draw, loss, shape, targets, options, finite: beyond, composed: x =>
        {
            var z = loss.SoftCap is { } cap ? cap * (x / cap).tanh() : x;
            z = z / loss.Temperature;
            if (loss.Prior is not null) z = z + loss.PriorStrength * PerClass([.. loss.Prior], z).log();
            var (logp, weight) = (F.log_softmax(z, options.ClassDim), PerClass(options.Weights, z));
            var nll = options.Weight is null ? -options.OfTarget(logp) : -options.OfTarget(logp * weight);
            var spread = loss.SmoothingWeight == SmoothingWeight.PerTarget
                ? -logp.sum([options.ClassDim]) * options.OfTarget(weight.expand_as(logp)) : -(logp * weight).sum([options.ClassDim]);
            var each = loss.LabelSmoothing == 0 ? nll : nll * (1 - loss.LabelSmoothing) + spread * (loss.LabelSmoothing / options.Classes);
            return loss.ZLoss == 0 ? each : each + loss.ZLoss * options.OfTarget(weight.expand_as(logp)) * z.logsumexp(options.ClassDim).pow(2);
        },
        plain: beyond || options.SampleWeights is not null ? null : t => F.cross_entropy(t[0], targets.ToTorch(torch.int64), options.WeightLike(t[0]),
            options.Ignored, options.TorchReduction, loss.LabelSmoothing));
    }

    private static CallOfT<T> Nll(Draw draw)
    {
        var (shape, targets, options) = Options(draw);
        var loss = new NllLoss { Weight = options.Ours, IgnoreIndex = options.Ignored, Reduction = options.Reduction };
        // TorchSharp's nll_loss always ignores -100.
        var renamed = targets.Map(target => target == options.Ignored ? -100 : target == -100 ? 1_000_000 : target);
        return OfIndices(draw, loss, shape, targets, options,
            composed: x => options.Weight is null ? -options.OfTarget(x) : -options.OfTarget(x * PerClass(options.Weights, x)),
            plain: options.SampleWeights is not null ? null : t =>
            {
                // TorchSharp's has no single sample.
                var (x, y) = (shape.Length == 1 ? t[0].unsqueeze(0) : t[0], renamed.ToTorch(torch.int64));
                var each = F.nll_loss(x, shape.Length == 1 ? y.unsqueeze(0) : y, options.WeightLike(t[0]), options.TorchReduction);
                return shape.Length == 1 && options.Reduction == Reduction.None ? each.squeeze(0) : each;
            });
    }

    private static CallOfT<T> SoftmaxFocal(Draw draw)
    {
        var (shape, targets, options) = Options(draw);
        var loss = new SoftmaxFocalLoss
        {
            Weight = options.Ours, IgnoreIndex = options.Ignored, Reduction = options.Reduction, Gamma = draw.Of(2, 0, 1, 0.5, 3.5),
        };
        return OfIndices(draw, loss, shape, targets, options, finite: true, composed: x =>
        {
            var logp = options.OfTarget(F.log_softmax(x, options.ClassDim));
            // A power that is 0 has no slope here, where its exponent below 1 would make it infinite.
            var rest = torch.where(logp.eq(0), torch.ones([], x.dtype), -logp.expm1());
            var power = loss.Gamma == 0 ? torch.ones([], x.dtype) : torch.where(logp.eq(0), torch.zeros([], x.dtype), rest.pow(loss.Gamma));
            return -logp * options.OfTarget(PerClass(options.Weights, x).expand_as(x)) * power;
        }, plain: null);
    }

    /// <summary>Logits' shape, targets, and what all losses over classes have in common.</summary>
    private static (int[] Shape, Numbers Targets, ClassOptions Options) Options(Draw draw)
    {
        var (rank, classes) = (1 + draw.Below(4), draw.Chance(30) ? 0 : Math.Max(1, draw.Size(40)));
        int[] outer = rank == 1 ? [] : draw.Shape(rank - 1, rank - 1), shape = rank == 1 ? [classes] : [outer[0], classes, .. outer[1..]];
        var ignored = draw.Of(-100, 0, 1, 255, -1);
        var targets = draw.Indices(classes, draw.Chance(50) ? draw.Changed(outer) : outer);
        if (draw.Chance(3)) targets = targets.Map(target => draw.Chance(3) ? ignored : target);
        var weight = draw.Chance(3) ? draw.Chance(4) ? draw.Moderate<T>(classes) : Numbers.Of<T>([classes], () => draw.Of(1, 2, 0.5, 0, 3)) : null;
        if (weight is not null && draw.Chance(40)) weight = new([classes + 1], [.. weight.Values, 1]);
        var samples = draw.Chance(8) ? Numbers.Of<T>(targets.Shape, () => draw.Of(1, 2, 0, 0.5)) : null;
        return (shape, targets, new(rank == 1 ? 0 : 1, classes, targets, ignored, weight, samples, draw.Reduction()));
    }

    private static CallOfT<T> OfIndices(
        Draw draw, ClassIndexLoss loss, int[] shape, Numbers targets, ClassOptions options,
        Func<torch.Tensor, torch.Tensor> composed, Func<torch.Tensor[], torch.Tensor>? plain, bool finite = false)
    {
        var (narrowest, door) = (targets.Values.All(static t => t is >= 0 and <= 255) ? draw.Below(4) : 1 + draw.Below(3), draw.Below(2));
        var samples = options.SampleWeights;
        var spans = door == 1 && shape.Length > 1 && samples is null && targets.Shape.Length == shape.Length - 1;
        return new()
        {
            Text = $"{loss}.{(spans ? "Evaluate" : "Forward")}(a, {targets.ToCSharp("long")}{(samples is null ? "" : ", " + samples.ToCSharp("float"))})",
            Inputs = [finite ? draw.Moderate<T>(shape) : draw.Tensor<T>(shape)], Slack = 8, IsOnePass = true, Upstream = spans ? -1 : 0,
            Surprisal = t =>
            [
                narrowest switch
                {
                    0 => Ours(loss, t[0], targets.ToTensor<byte>(), samples, spans), 1 => Ours(loss, t[0], targets.ToTensor<int>(), samples, spans),
                    2 => Ours(loss, t[0], targets.ToTensor<short>(), samples, spans), _ => Ours(loss, t[0], targets.ToTensor<long>(), samples, spans),
                },
            ],
            Torch = t => [plain is null ? options.Reduce(composed, t[0]) : plain(t)],
            Decisions =
            [
                new("CrossEntropyLoss: NaN or infinity in an ignored row", t => [options.Reduce(composed, t[0])]),
                .. Nothing(loss, targets, options),
                new("CrossEntropyLoss: no classes and more than two dimensions, all ignored", Either: options.Classes == 0),
            ],
        };
    }

    /// <summary>What smoothing over no classes gives, where it gives anything.</summary>
    private static IEnumerable<Decision> Nothing(ClassIndexLoss loss, Numbers targets, ClassOptions options)
    {
        if (options.Classes > 0 || loss is not CrossEntropyLoss { LabelSmoothing: > 0 }) yield break;
        yield return new("CrossEntropyLoss: no classes with label smoothing, all ignored", t =>
        [
            t[0].sum() + (loss.Reduction == Reduction.None ? torch.zeros_like(targets.ToTorch(t[0].dtype))
                : torch.tensor(loss.Reduction == Reduction.Sum ? 0 : double.NaN, t[0].dtype)),
        ]);
    }

    private static Tensor<T> Ours<TTarget>(ClassIndexLoss loss, Tensor<T> x, Tensor<TTarget> targets, Numbers? samples, bool spans)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (!spans)
            return (loss, samples) switch
            {
                (CrossEntropyLoss options, null) => Functional.CrossEntropy(x, targets, options),
                (NllLoss options, null) => Functional.Nll(x, targets, options),
                (SoftmaxFocalLoss options, null) => Functional.SoftmaxFocal(x, targets, options),
                _ => loss.Forward(x, targets, samples?.ToTensor<T>()),
            };
        var gradient = Tensor.Zeros<T>(x.Shape);
        var losses = Tensor.Zeros<T>(targets.Shape);
        var result = loss.Evaluate(x.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient.AsTensorSpan(), losses.AsTensorSpan());
        x.Grad = gradient;
        return loss.Reduction == Reduction.None ? losses : Tensor.Scalar(T.CreateTruncating(result.Value));
    }

    /// <summary>One number a class, in a shape that broadcasts to logits.</summary>
    private static torch.Tensor PerClass(double[] values, torch.Tensor like) =>
        torch.tensor(values, like.dtype).reshape([values.Length, .. Enumerable.Repeat(1L, Math.Max(0, (int)like.dim() - 2))]);
}
