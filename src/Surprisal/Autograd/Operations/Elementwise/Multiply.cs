using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    extension<T>(Tensor<T>) where T : unmanaged, INumber<T>
    {
        /// <summary>a b, element by element; shapes broadcast.</summary>
        public static Tensor<T> operator *(Tensor<T> a, Tensor<T> b) =>
            Broadcasting.Map(a, b, default(Formulas<T>.Multiply), default(Formulas<float>.Multiply))
                .Record("MulBackward0", [b.RequiresGrad ? a : null, a.RequiresGrad ? b : null],
                    a.MakeEdge(g => Times(g, b, a.Shape)),
                    b.MakeEdge(g => Times(g, a, b.Shape))).Traced("Mul", a, b);

        /// <summary>a b, one of them a single number.</summary>
        public static Tensor<T> operator *(Tensor<T> a, T b) => a * Tensor.Scalar(b);

        /// <summary>a b, one of them a single number.</summary>
        public static Tensor<T> operator *(T a, Tensor<T> b) => Tensor.Scalar(a) * b;
    }

    private static Tensor<T> Times<T>(Tensor<T> g, Tensor<T> factor, TensorShape shape) where T : unmanaged, INumber<T> =>
        g.Shape == shape ? g * factor : Broadcasting.Gradient(g, factor, factor, shape, default(Derivatives.Factor));
}
