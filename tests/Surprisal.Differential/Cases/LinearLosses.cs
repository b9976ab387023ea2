using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>Cross-entropy through a linear layer, in one floating type.</summary>
internal static class LinearLosses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("LinearCrossEntropyLoss", draw => LinearCrossEntropy(draw, isFunction: false)),
        Case.Of<T>("Functional.LinearCrossEntropy", draw => LinearCrossEntropy(draw, isFunction: true)),
        Case.Of<T>("SampledSoftmaxLoss", draw => SampledSoftmax(draw, isFunction: false)),
        Case.Of<T>("Functional.SampledSoftmax", draw => SampledSoftmax(draw, isFunction: true)),
    ];

    /// <summary>Over all classes, which makes it exact: libtorch cannot draw our samples.</summary>
    private static CallOfT<T> SampledSoftmax(Draw draw, bool isFunction)
    {
        var (rows, features, classes) = (draw.Size(70), Math.Max(1, draw.Size(40)), Math.Max(1, draw.Size(300)));
        var targets = draw.Indices(classes, [rows]);
        if (draw.Chance(3)) targets = targets.Map(target => draw.Chance(3) ? -100 : target);
        var loss = new SampledSoftmaxLoss { Reduction = draw.Reduction(), Samples = classes + draw.Below(3) };
        var (hasBias, target, step) = (draw.Coin(), targets.ToTensor<long>(), draw.Below(9));
        Numbers[] inputs = [draw.Moderate<T>([rows, features]), draw.Moderate<T>([classes, features])];
        return new()
        {
            Text = $"{loss}.Forward(a, b, {targets.ToCSharp("long")}, {step}{(hasBias ? ", c" : "")})", Slack = 8 + features,
            Inputs = hasBias ? [.. inputs, draw.Moderate<T>([classes])] : inputs,
            Surprisal = t =>
            [
                isFunction ? Functional.SampledSoftmax(t[0], t[1], target, loss, step, hasBias ? t[2] : null)
                    : loss.Forward(t[0], t[1], target, step, hasBias ? t[2] : null),
            ],
            Torch = t =>
            [
                F.cross_entropy(F.linear(t[0], t[1], hasBias ? t[2] : null), targets.ToTorch(torch.int64), null, -100, loss.Reduction switch
                {
                    Reduction.None => torch.nn.Reduction.None, Reduction.Sum => torch.nn.Reduction.Sum, _ => torch.nn.Reduction.Mean,
                }),
            ],
        };
    }

    private static CallOfT<T> LinearCrossEntropy(Draw draw, bool isFunction)
    {
        var (rows, features, classes) = (draw.Size(70), Math.Max(1, draw.Size(40)), Math.Max(1, draw.Size(300)));
        var targets = draw.Indices(classes, [rows]);
        if (draw.Chance(3)) targets = targets.Map(target => draw.Chance(3) ? -100 : target);
        var loss = new LinearCrossEntropyLoss
        {
            Reduction = draw.Reduction(), LabelSmoothing = draw.Of(0, 0.1, 1), SoftCap = draw.Of<double?>(null, 3, 30), Temperature = draw.Of(1, 0.5, 3.0),
            MemoryLimit = draw.Of<long?>(null, 0, 100_000),
        };
        var (hasBias, target) = (draw.Coin(), targets.ToTensor<long>());
        Numbers[] inputs = [draw.Moderate<T>([rows, features]), draw.Moderate<T>([classes, features])];
        return new()
        {
            Text = $"{loss}.Forward(a, b, {targets.ToCSharp("long")}{(hasBias ? ", c" : "")})", Slack = 8 + features, IsOnePass = true,
            Inputs = hasBias ? [.. inputs, draw.Moderate<T>([classes])] : inputs,
            Surprisal = t =>
            [
                isFunction ? Functional.LinearCrossEntropy(t[0], t[1], target, loss, hasBias ? t[2] : null)
                    : loss.Forward(t[0], t[1], target, hasBias ? t[2] : null),
            ],
            Torch = t =>
            {
                var z = F.linear(t[0], t[1], hasBias ? t[2] : null);
                if (loss.SoftCap is { } cap) z = cap * (z / cap).tanh();
                return
                [
                    F.cross_entropy(z / loss.Temperature, targets.ToTorch(torch.int64), null, -100, loss.Reduction switch
                    {
                        Reduction.None => torch.nn.Reduction.None, Reduction.Sum => torch.nn.Reduction.Sum, _ => torch.nn.Reduction.Mean,
                    }, loss.LabelSmoothing),
                ];
            },
        };
    }
}
