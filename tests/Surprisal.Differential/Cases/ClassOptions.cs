using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>What losses over class indices have in common, composed of PyTorch's operations.</summary>
internal sealed record ClassOptions(
    int ClassDim, int Classes, Numbers Targets, int Ignored, Numbers? Weight, Numbers? SampleWeights, Reduction Reduction)
{
    public double[] Weights { get; } = Weight?.Values ?? [.. Enumerable.Repeat(1.0, Classes)];

    public ClassWeights? Ours => Weight is null ? null : ClassWeights.Create(Weight.Values);

    public torch.nn.Reduction TorchReduction => Torch(Reduction);

    public static torch.nn.Reduction Torch(Reduction reduction) => reduction switch
    {
        Reduction.Mean => torch.nn.Reduction.Mean, Reduction.Sum => torch.nn.Reduction.Sum, _ => torch.nn.Reduction.None,
    };

    public torch.Tensor? WeightLike(torch.Tensor x) => Weight?.ToTorch(x.dtype);

    /// <summary>Of each position the number of its target's class; of one that is ignored that of class 0.</summary>
    public torch.Tensor OfTarget(torch.Tensor perClass) =>
        perClass.gather(ClassDim, Targets.Map(target => target == Ignored ? 0 : target).ToTorch(torch.int64).unsqueeze(ClassDim)).squeeze(ClassDim);

    /// <summary>
    /// The losses of these logits, reduced. What is ignored contributes nothing whatever it holds: its logits are replaced, not its losses.
    /// </summary>
    public torch.Tensor Reduce(Func<torch.Tensor, torch.Tensor> losses, torch.Tensor x)
    {
        if (Weights.Length != Classes) throw new ArgumentException("not one weight a class");
        if (!Targets.Shape.SequenceEqual(x.shape.Where((_, dim) => dim != ClassDim).Select(static size => (int)size)))
            throw new ArgumentException("the targets do not fit");
        var used = Targets.Map(target => target == Ignored ? 0 : 1);
        if (SampleWeights is not null) used = used with { Values = [.. used.Values.Zip(SampleWeights.Values, static (u, w) => w == 0 ? 0 : u)] };
        var mask = used.ToTorch(torch.uint8).ne(0);
        var safe = torch.where(mask.unsqueeze(ClassDim), x, torch.zeros_like(x));
        var each = torch.where(mask, losses(safe), torch.zeros([], x.dtype));
        if (SampleWeights is not null) each = torch.where(mask, each * SampleWeights.ToTorch(x.dtype), torch.zeros([], x.dtype));
        if (Reduction == Reduction.None) return each;
        if (Reduction == Reduction.Sum) return each.sum();
        var divisor = 0.0;
        for (var i = 0; i < used.Values.Length; i++)
            if (used[i] != 0) divisor += Weights[(int)Targets[i]] * (SampleWeights?[i] ?? 1);
        // Gradients of an empty mean are 0, not NaN.
        return used.Values.All(static u => u == 0) ? each.sum() * 0 + double.NaN : divisor == 0 ? each.sum() * double.NaN : each.sum() / divisor;
    }
}
