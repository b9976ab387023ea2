namespace Surprisal;

public sealed partial class Tensor<T>
{
    /// <summary>The tensor as PyTorch prints it: <c>tensor([1.0000, 0.2500], requires_grad=True)</c>.</summary>
    /// <remarks>
    /// Four decimals, columns aligned, lines of 80 characters. Above 1000 elements each dimension shows its first and last three.
    /// The element type follows unless it is float or long, then the operation that made the tensor, or that it wants a gradient.
    /// </remarks>
    public override string ToString() => TensorPrinter.Format(this);
}
