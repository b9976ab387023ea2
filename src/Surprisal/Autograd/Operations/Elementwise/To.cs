namespace Surprisal;

public sealed partial class Tensor<T>
{
    /// <summary>Converts to another element type; between floating types the gradient passes, converted back.</summary>
    public Tensor<TResult> To<TResult>() where TResult : unmanaged, INumber<TResult> =>
        new Tensor<TResult>(Array.ConvertAll(ToArray(), TResult.CreateTruncating), Shape)
            .Record("ToCopyBackward0", [], typeof(TResult).IsFloatingPoint ? this.MakeEdge((Tensor<TResult> g) => g.To<T>()) : null);

    /// <summary>A copy in memory of its own; the gradient passes.</summary>
    public Tensor<T> Clone() => Copy().Record("CloneBackward0", [], this.MakeEdge(g => g));
}
