namespace Surprisal.Cuda;

/// <summary>A linear layer and what it is applied to, in the memory of one device.</summary>
internal abstract record LinearLayer<T>(CudaTensor<T> Hidden, CudaTensor<T> Weight) where T : unmanaged, IFloatingPointIeee754<T>
{
    public CudaTensor<T>? Bias { get; init; }

    public ICudaDevice Device => Hidden.Device;

    protected virtual IEnumerable<(CudaTensor<T>? Tensor, string Name)> Inputs => [(Hidden, "hidden"), (Weight, "weight"), (Bias, "bias")];

    /// <summary>Refuses what is no layer, or lies on several devices.</summary>
    /// <exception cref="ArgumentException">By the argument, with its shape and the one it needs.</exception>
    public LinearSizes CheckLayer()
    {
        ElementType.Of<T>("hidden");
        var sizes = LinearSizes.Of(Hidden.Shape, Weight.Shape, Bias?.Shape);
        CheckShape(Weight, "weight", Weight.Shape, "weight"); // on the same GPU
        CheckShape(Bias, "bias", TensorShape.Create([sizes.Classes]), "a bias");
        return sizes;
    }

    /// <summary>Refuses an output of another shape, or in the memory of an input.</summary>
    /// <exception cref="ArgumentException">By its name.</exception>
    public void CheckOutput<TOut>(CudaTensor<TOut>? output, string name, TensorShape shape, string like)
        where TOut : unmanaged, INumber<TOut>
    {
        CheckShape(output, name, shape, like);
        foreach (var (other, otherName) in Inputs)
            if (other is not null) CudaArguments.CheckApart(output, name, other, otherName, maySame: false);
    }

    /// <summary>Lets our stream wait for what others are doing with the inputs.</summary>
    public void Begin()
    {
        foreach (var (tensor, _) in Inputs) tensor?.Begin();
    }

    protected void CheckShape<TOther>(CudaTensor<TOther>? tensor, string name, TensorShape shape, string like)
        where TOther : unmanaged, INumber<TOther> =>
        CudaArguments.CheckOutput(tensor, name, shape, like, Device, "hidden states");
}
