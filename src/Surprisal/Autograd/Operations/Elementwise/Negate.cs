using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    extension<T>(Tensor<T>) where T : unmanaged, INumber<T>
    {
        /// <summary>-x.</summary>
        public static Tensor<T> operator -(Tensor<T> x) =>
            x.Map(default(Formulas<T>.Negate), default(Formulas<float>.Negate)).Record("NegBackward0", [], x.MakeEdge(g => -g));
    }
}
