using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>The tensors of a call of linear cross-entropy, which are checked before anything is launched.</summary>
internal sealed record LinearTensors<T>(CudaTensor<T> Hidden, CudaTensor<T> Weight, LinearTargets<T> Targets)
    : LinearLayer<T>(Hidden, Weight)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public CudaTensor<T>? SampleWeights { get; init; }

    public CudaTensor<T>? HiddenGradient { get; init; }

    public CudaTensor<T>? WeightGradient { get; init; }

    public CudaTensor<T>? BiasGradient { get; init; }

    public CudaTensor<T>? Losses { get; init; }

    /// <summary>What goes backward to what.</summary>
    public IReadOnlyList<(CudaTensor<T> Input, CudaTensor<T> Gradient)> Gradients =>
    [
        .. from pair in ((CudaTensor<T>? Input, CudaTensor<T>? Gradient)[])
            [(Hidden, HiddenGradient), (Weight, WeightGradient), (Bias, BiasGradient)]
           where pair.Gradient is not null
           select (pair.Input!, pair.Gradient),
    ];

    protected override IEnumerable<(CudaTensor<T>? Tensor, string Name)> Inputs => [.. base.Inputs, (SampleWeights, "sampleWeights")];

    private (CudaTensor<T>? Tensor, string Name)[] Outputs =>
        [(HiddenGradient, "hiddenGradient"), (WeightGradient, "weightGradient"), (BiasGradient, "biasGradient"), (Losses, "losses")];

    /// <summary>Refuses what does not fit, and lets our stream wait for those of the tensors.</summary>
    /// <exception cref="ArgumentException">By the argument, with its shape and the one it needs.</exception>
    public LinearSizes Check(LinearCrossEntropyLoss loss)
    {
        var (sizes, rows) = (CheckLayer(), LinearSizes.RowsOf(Hidden.Shape));
        Targets.Check(loss, Hidden.Shape, Weight.Shape);
        CheckShape(SampleWeights, "sampleWeights", rows, "the rows of hidden");
        CudaArguments.CheckTargets(Targets.Device, Device, "hidden states");
        CheckOutput(HiddenGradient, "hiddenGradient", Hidden.Shape, "hidden");
        CheckOutput(WeightGradient, "weightGradient", Weight.Shape, "weight");
        CheckOutput(BiasGradient, "biasGradient", TensorShape.Create([sizes.Classes]), "a bias");
        CheckOutput(Losses, "losses", rows, "the rows of hidden");
        foreach (var (i, (output, name)) in Outputs.Index())
        {
            Targets.CheckApart(output, name);
            foreach (var (other, otherName) in Outputs[..i])
                if (other is not null) CudaArguments.CheckApart(output, name, other, otherName, maySame: false);
        }
        Targets.Begin();
        Begin();
        foreach (var (tensor, _) in Outputs) tensor?.Begin();
        return sizes;
    }

    /// <summary>The same with memory for the gradients of what requires one.</summary>
    public LinearTensors<T> WithGradients()
    {
        var made = new List<CudaTensor<T>>();
        CudaTensor<T>? GradientOf(CudaTensor<T>? tensor)
        {
            if (tensor is not { RequiresGrad: true }) return null;
            made.Add(CudaTensor<T>.New(Device, tensor.Shape, []));
            return made[^1];
        }

        try
        {
            return this with { HiddenGradient = GradientOf(Hidden), WeightGradient = GradientOf(Weight), BiasGradient = GradientOf(Bias) };
        }
        catch (CudaException)
        {
            foreach (var gradient in made) gradient.Dispose();
            throw;
        }
    }

    /// <summary>The value of no rows, which the library makes; gradients of weight and bias are 0.</summary>
    public LossResult ResultOfNothing(LinearCrossEntropyLoss loss, LinearSizes sizes)
    {
        foreach (var gradient in (CudaTensor<T>?[])[WeightGradient, BiasGradient])
            if (gradient is not null)
                Device.Write(gradient.Address, MemoryMarshal.AsBytes(new T[gradient.Shape.ElementCount].AsSpan()));
        return loss.Evaluate<T, long>([], new T[sizes.Classes], [], features: 1);
    }
}
