namespace Surprisal;

public sealed partial class Tensor<T>
{
    /// <summary>The same numbers in another element type; between floating types the gradient passes, converted back.</summary>
    public Tensor<TResult> To<TResult>() where TResult : unmanaged, INumber<TResult> =>
        new Tensor<TResult>(Array.ConvertAll(ToArray(), TResult.CreateTruncating), Dimensions)
            .Record("ToCopyBackward0", [], typeof(TResult).IsFloatingPoint ? this.MakeEdge((Tensor<TResult> g) => g.To<T>()) : null);

    /// <summary>The same numbers in memory of their own; the gradient passes.</summary>
    public Tensor<T> Clone() => new Tensor<T>(ToArray(), Dimensions).Record("CloneBackward0", [], this.MakeEdge(g => g));
}
