using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>The losses of numbers with numbers, in one floating type.</summary>
internal static class DenseLosses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        .. Twice("Mse", static draw => Regression(draw, new MseLoss { Reduction = draw.Reduction() }, static (x, y, r) => F.mse_loss(x, y, r))),
        .. Twice("L1", static draw => Regression(draw, new L1Loss { Reduction = draw.Reduction() }, static (x, y, r) => F.l1_loss(x, y, r))),
        .. Twice("Huber", static draw =>
        {
            var loss = new HuberLoss { Reduction = draw.Reduction(), Delta = draw.Of(1, 0.5, 2, 1e-3) };
            return Regression(draw, loss, (x, y, r) => F.huber_loss(x, y, loss.Delta, r));
        }),
        .. Twice("SmoothL1", static draw =>
        {
            var loss = new SmoothL1Loss { Reduction = draw.Reduction(), Beta = draw.Of(1, 0, 0.5, 2, 1e-3) };
            // As PyTorch in Python: its C++ function has another slope at 0.
            return Regression(draw, loss, (x, y, r) => loss.Beta == 0 ? F.l1_loss(x, y, r) : F.smooth_l1_loss(x, y, r, loss.Beta));
        }),
        .. Twice("Bce", Bce),
        .. Twice("BceWithLogits", BceWithLogits),
        .. Twice("KlDiv", KlDiv),
        .. Twice("SoftMargin", SoftMargin),
        .. Twice("MultiLabelSoftMargin", MultiLabelSoftMargin),
        .. Twice("Focal", Focal),
    ];

    private static IEnumerable<Case> Twice(string name, Func<Draw, CallOfT<T>> make) => [Case.Of(name + "Loss", make), Case.Of("Functional." + name, make)];

    private static CallOfT<T> Of(Draw draw, DenseLoss loss, Numbers x, Numbers y, Func<torch.Tensor, torch.Tensor, torch.Tensor> torch, int differentiable = 2)
    {
        var spans = draw.Coin() && x.Rank > 0 && x.Shape.AsSpan().SequenceEqual(y.Shape);
        return new()
        {
            Text = $"{loss}.{(spans ? "Evaluate" : "Forward")}(a, b)", Inputs = [x, y],
            Slack = 8, IsOnePass = true, Differentiable = differentiable, Upstream = spans ? -1 : 0,
            Mixes = loss.Reduction != Reduction.None || loss is MultiLabelSoftMarginLoss,
            Surprisal = t => [spans ? OnSpans(loss, t[0], t[1]) : OnTape(loss, t[0], t[1])],
            Torch = t => [torch(t[0], t[1])],
        };
    }

    private static Tensor<T> OnTape(DenseLoss loss, Tensor<T> x, Tensor<T> y) => loss switch
    {
        MseLoss options => Functional.Mse(x, y, options),
        L1Loss options => Functional.L1(x, y, options),
        HuberLoss options => Functional.Huber(x, y, options),
        SmoothL1Loss options => Functional.SmoothL1(x, y, options),
        BceLoss options => Functional.Bce(x, y, options),
        BceWithLogitsLoss options => Functional.BceWithLogits(x, y, options),
        KlDivLoss options => Functional.KlDiv(x, y, options),
        SoftMarginLoss options => Functional.SoftMargin(x, y, options),
        MultiLabelSoftMarginLoss options => Functional.MultiLabelSoftMargin(x, y, options),
        FocalLoss options => Functional.Focal(x, y, options),
        _ => loss.Forward(x, y),
    };

    private static Tensor<T> OnSpans(DenseLoss loss, Tensor<T> x, Tensor<T> y)
    {
        var (gradient, targetGradient) = (Tensor.Zeros<T>(x.Shape), Tensor.Zeros<T>(y.Shape));
        var losses = Tensor.Zeros<T>(loss is MultiLabelSoftMarginLoss ? x.Shape.Rank == 1 ? [1] : x.Shape[..^1] : x.Shape);
        var result = loss.Evaluate(x.AsReadOnlyTensorSpan(), y.AsReadOnlyTensorSpan(), gradient.AsTensorSpan(), losses.AsTensorSpan(),
            targetGradient: targetGradient.AsTensorSpan());
        (x.Grad, y.Grad) = (gradient, targetGradient);
        if (loss.Reduction != Reduction.None) return Tensor.Scalar(T.CreateTruncating(result.Value));
        return loss is MultiLabelSoftMarginLoss && x.Rank == 1 ? losses.Reshape() : losses;
    }

    private static torch.Tensor Reduced(torch.Tensor each, Reduction reduction) => reduction switch
    {
        Reduction.None => each, Reduction.Sum => each.sum(), _ => each.mean(),
    };

    /// <summary>ln(1 + exp(x)) to the last bit in both tails.</summary>
    private static torch.Tensor Softplus(torch.Tensor x) => F.softplus(x, 1, 700);

    private static CallOfT<T> Regression(Draw draw, DenseLoss loss, Func<torch.Tensor, torch.Tensor, torch.nn.Reduction, torch.Tensor> torch)
    {
        var shape = draw.Shape();
        var other = draw.Chance(400) ? draw.Changed(shape) : shape; // PyTorch warns each time
        return Of(draw, loss, draw.Tensor<T>(shape), draw.Tensor<T>(other), (x, y) => torch(x, y, ClassOptions.Torch(loss.Reduction))) with
        {
            Decisions = shape.AsSpan().SequenceEqual(other) ? [] : [new("MseLoss, L1Loss, HuberLoss, SmoothL1Loss: targets of another shape", Either: true)],
        };
    }

    private static Numbers? Weights(Draw draw, int[] shape) =>
        draw.Chance(3) ? Numbers.Of<T>(draw.Broadcasting(shape), () => draw.Of(1, 2, 0.5, 0, 3)) : null;

    private static ElementWeights? Ours(Numbers? weights) => weights is null ? null : ElementWeights.Create(weights.Values, weights.Shape);

    private static CallOfT<T> Bce(Draw draw)
    {
        var shape = draw.Shape();
        var weight = Weights(draw, shape);
        var loss = new BceLoss { Reduction = draw.Reduction(), Weight = Ours(weight) };
        var x = draw.Chance(30) ? draw.Tensor<T>(shape) : draw.Probabilities<T>(shape);
        var y = draw.Chance(30) ? draw.Tensor<T>(shape) : draw.Probabilities<T>(shape);
        return Of(draw, loss, x, draw.Chance(40) ? draw.Probabilities<T>(draw.Changed(shape)) : y, Plain) with
        {
            Decisions =
            [
                new("BceLoss: the target's gradient at 0 and 1", t =>
                {
                    var ofTarget = -t[1] * t[0].detach().log().clamp_min(-100) - (1 - t[1]) * (-t[0].detach()).log1p().clamp_min(-100);
                    if (weight is not null) ofTarget = ofTarget * weight.ToTorch(ofTarget.dtype);
                    return [Plain(t[0], t[1].detach()) + Reduced(ofTarget - ofTarget.detach(), loss.Reduction)];
                }),
            ],
        };

        torch.Tensor Plain(torch.Tensor a, torch.Tensor b) => F.binary_cross_entropy(a, b, weight?.ToTorch(a.dtype), ClassOptions.Torch(loss.Reduction));
    }

    private static CallOfT<T> BceWithLogits(Draw draw)
    {
        var shape = draw.Shape();
        var (weight, positive, both) = (Weights(draw, shape), Weights(draw, shape), draw.Coin());
        var loss = new BceWithLogitsLoss { Reduction = draw.Reduction(), Weight = Ours(weight), PosWeight = Ours(positive) };
        var x = both ? draw.Moderate<T>(shape) : draw.Tensor<T>(shape);
        var y = draw.Chance(8) ? draw.Moderate<T>(draw.Chance(5) ? draw.Changed(shape) : shape) : draw.Probabilities<T>(shape);
        return Of(draw, loss, x, y, (a, b) => F.binary_cross_entropy_with_logits(a, b, weight?.ToTorch(a.dtype), ClassOptions.Torch(loss.Reduction),
            positive?.ToTorch(a.dtype)), both ? 2 : 1) with
        {
            Decisions = [new("BceWithLogitsLoss: infinite logits", Exact), new("BceWithLogitsLoss: tails in float32", Exact)],
        };

        torch.Tensor[] Exact(torch.Tensor[] t)
        {
            if (!t[0].shape.SequenceEqual(t[1].shape)) throw new ArgumentException("the targets do not fit");
            var p = positive is null ? t[1] : t[1] * positive.ToTorch(t[1].dtype);
            var each = Times(p, Softplus(-t[0])) + Times(1 - t[1], Softplus(t[0]));
            return [Reduced(weight is null ? each : each * weight.ToTorch(each.dtype), loss.Reduction)];
        }
    }

    /// <summary>0 times infinity is 0.</summary>
    private static torch.Tensor Times(torch.Tensor factor, torch.Tensor value) =>
        factor * torch.where(factor.eq(0).logical_and(value.isinf()), torch.zeros([], value.dtype), value);

    private static CallOfT<T> KlDiv(Draw draw)
    {
        var shape = draw.Shape();
        var loss = new KlDivLoss { LogTarget = draw.Coin(), Reduction = draw.Of(Reduction.Mean, Reduction.BatchMean, Reduction.Sum, Reduction.None) };
        var other = draw.Chance(4) && !shape.Contains(0) ? draw.Broadcasting(shape) : shape;
        var x = draw.Coin() ? draw.Probabilities<T>(shape).Map(static p => double.CreateTruncating(T.CreateTruncating(Math.Log(p)))) : draw.Tensor<T>(shape);
        var y = draw.Chance(4) ? draw.Tensor<T>(other) : draw.Probabilities<T>(other);
        if (loss.LogTarget && draw.Coin()) y = y.Map(static p => double.CreateTruncating(T.CreateTruncating(Math.Log(p))));
        return Of(draw, loss, x, y, (a, b) => loss.Reduction == Reduction.BatchMean
            ? a.dim() == 0 ? F.kl_div(a, b, loss.LogTarget, torch.nn.Reduction.Sum) : F.kl_div(a, b, loss.LogTarget, torch.nn.Reduction.Sum) / a.shape[0]
            : Reduced(F.kl_div(a, b, loss.LogTarget, torch.nn.Reduction.None), loss.Reduction)) with // its own mean warns every time
        {
            Decisions =
            [
                new("KlDivLoss: an infinite target", t => [Product(t)]),
                new("KlDivLoss: LogTarget, targets near the largest negative number", t => [Product(t)]),
            ],
        };

        // t (ln t - x) as one product.
        torch.Tensor Product(torch.Tensor[] t)
        {
            var distance = loss.LogTarget ? 2 * (t[1] / 2 - t[0] / 2) : t[1].log() - t[0];
            var factor = loss.LogTarget ? t[1].exp() : t[1];
            var isNothing = factor.eq(0).logical_and(loss.LogTarget ? t[1].isfinite() : distance.eq(double.NegativeInfinity));
            var each = torch.where(isNothing, -factor * t[0], factor * distance);
            return loss.Reduction != Reduction.BatchMean ? Reduced(each, loss.Reduction) : t[0].dim() == 0 ? each.sum() : each.sum() / t[0].shape[0];
        }
    }

    private static CallOfT<T> SoftMargin(Draw draw)
    {
        var shape = draw.Shape();
        var loss = new SoftMarginLoss { Reduction = draw.Reduction() };
        var both = draw.Coin();
        var y = draw.Coin() ? draw.Moderate<T>(shape) : Numbers.Of<T>(shape, () => draw.Of(1, -1));
        return Of(draw, loss, both ? draw.Moderate<T>(shape) : draw.Tensor<T>(shape), y,
            (a, b) => both ? Exact([a, b])[0] : F.soft_margin_loss(a, b, ClassOptions.Torch(loss.Reduction)), both ? 2 : 1) with
        {
            Decisions = [new("SoftMarginLoss: x = -100, y = 1 in float32", Exact)],
        };

        torch.Tensor[] Exact(torch.Tensor[] t) => [Reduced(Softplus(-t[0] * t[1]), loss.Reduction)];
    }

    private static CallOfT<T> MultiLabelSoftMargin(Draw draw)
    {
        var shape = draw.Shape(draw.Chance(30) ? 0 : 1);
        var (weight, both) = (Weights(draw, shape), draw.Coin());
        var loss = new MultiLabelSoftMarginLoss { Reduction = draw.Reduction(), Weight = Ours(weight) };
        return Of(draw, loss, both ? draw.Moderate<T>(shape) : draw.Tensor<T>(shape), draw.Probabilities<T>(shape),
            (a, b) => F.multilabel_soft_margin_loss(a, b, weight?.ToTorch(a.dtype), ClassOptions.Torch(loss.Reduction)), both ? 2 : 1) with
        {
            Decisions =
            [
                new("MultiLabelSoftMarginLoss: weights larger than the inputs", Either: weight is not null && !Draw.Fits(weight.Shape, shape)),
                new("MultiLabelSoftMarginLoss: infinite logits", t =>
                {
                    var each = Times(t[1], Softplus(-t[0])) + Times(1 - t[1], Softplus(t[0]));
                    return [Reduced((weight is null ? each : each * weight.ToTorch(each.dtype)).mean([-1]), loss.Reduction)];
                }),
            ],
        };
    }

    private static CallOfT<T> Focal(Draw draw)
    {
        var shape = draw.Shape();
        var loss = new FocalLoss { Reduction = draw.Reduction(), Gamma = draw.Of(2, 0, 1, 0.5, 3.5), Alpha = draw.Of(0.25, -1, 0, 1, 0.5) };
        return Of(draw, loss, draw.Moderate<T>(shape), draw.Coin() ? draw.Probabilities<T>(shape) : Numbers.Of<T>(shape, () => draw.Below(2)), (x, y) =>
        {
            var (p, q) = (x.sigmoid(), (-x).sigmoid());
            var each = y * Softplus(-x) + (1 - y) * Softplus(x);
            if (loss.Gamma != 0) each = each * (q * y + p * (1 - y)).pow(loss.Gamma);
            return Reduced(loss.Alpha < 0 ? each : each * (loss.Alpha * y + (1 - loss.Alpha) * (1 - y)), loss.Reduction);
        }) with { IsComposed = true };
    }
}
