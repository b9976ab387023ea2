using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>The losses that compare regions, composed of PyTorch's operations, in one floating type.</summary>
internal static class Regions<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("DiceLoss", static draw => Call(draw, new DiceLoss(), F: false)),
        Case.Of<T>("JaccardLoss", static draw => Call(draw, new JaccardLoss(), F: false)),
        Case.Of<T>("TverskyLoss", static draw => Call(draw, new TverskyLoss { Alpha = draw.Of(0.5, 0.3, 1), Beta = draw.Of(0.5, 0.7, 0) }, F: false)),
        Case.Of<T>("Functional.Dice", static draw => Call(draw, new DiceLoss(), F: true)),
        Case.Of<T>("Functional.Jaccard", static draw => Call(draw, new JaccardLoss(), F: true)),
        Case.Of<T>("Functional.Tversky", static draw => Call(draw, new TverskyLoss { Alpha = draw.Of(0.5, 0.3, 1), Beta = draw.Of(0.5, 0.7, 0) }, F: true)),
    ];

    private static CallOfT<T> Call(Draw draw, RegionLoss plain, bool F)
    {
        var loss = plain with
        {
            Smooth = draw.Of(1, 0.01, 5), Absent = draw.Of(AbsentClasses.Skip, AbsentClasses.Count), PerImage = draw.Coin(), Squared = draw.Coin(),
            IgnoreIndex = -1, Reduction = draw.Of(Reduction.Mean, Reduction.Sum),
        };
        int[] shape = [1 + draw.Below(3), 1 + draw.Below(5), .. draw.Coin() ? [1 + draw.Below(20)] : Array.Empty<int>()];
        int[] outer = [shape[0], .. shape[2..]];
        var targets = draw.Indices(shape[1], outer).Map(t => t < 0 || draw.Chance(5) ? -1 : t);
        if (targets.Values.All(static t => t < 0)) targets = targets.Map(static _ => 0);
        return new()
        {
            Text = $"{loss}.Forward(a, {targets.ToCSharp("long")})", Inputs = [draw.Moderate<T>(shape)], Slack = 8, IsComposed = true,
            Surprisal = t =>
            [
                !F ? loss.Forward(t[0], targets.ToTensor<long>()) : loss switch
                {
                    DiceLoss dice => Functional.Dice(t[0], targets.ToTensor<long>(), dice),
                    JaccardLoss jaccard => Functional.Jaccard(t[0], targets.ToTensor<long>(), jaccard),
                    _ => Functional.Tversky(t[0], targets.ToTensor<long>(), (TverskyLoss)loss),
                },
            ],
            Torch = t => [Composed(loss, t[0].reshape(shape[0], shape[1], -1), targets.ToTorch(torch.int64).reshape(shape[0], -1))],
        };
    }

    private static torch.Tensor Composed(RegionLoss loss, torch.Tensor x, torch.Tensor t)
    {
        var used = t.ge(0).unsqueeze(1).to(x.dtype);
        var truth = torch.nn.functional.one_hot(t.clamp(min: 0), x.shape[1]).transpose(1, 2).to(x.dtype) * used;
        var p = x.softmax(1);
        long[] dims = loss.PerImage ? [2] : [0, 2];
        var (i, q, s) = ((p * truth).sum(dims), ((loss.Squared ? p * p : p) * used).sum(dims), truth.sum(dims));
        var ratio = loss switch
        {
            DiceLoss => (2 * i + loss.Smooth) / (q + s + loss.Smooth),
            JaccardLoss => (i + loss.Smooth) / (q + s - i + loss.Smooth),
            TverskyLoss tversky => (i + loss.Smooth) / (i + tversky.Alpha * (q - i) + tversky.Beta * (s - i) + loss.Smooth),
            _ => throw new InvalidOperationException($"{loss} is not composed here."),
        };
        var counted = loss.Absent == AbsentClasses.Count ? s.sum(-1, keepdim: true).gt(0).expand_as(s) : s.gt(0);
        var terms = (1 - ratio).masked_select(counted);
        return loss.Reduction == Reduction.Sum ? terms.sum() : terms.mean();
    }
}
