using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    extension<T>(Tensor<T>) where T : unmanaged, INumber<T>
    {
        /// <summary>a + b, element by element; shapes broadcast.</summary>
        public static Tensor<T> operator +(Tensor<T> a, Tensor<T> b) =>
            Broadcasting.Map(a, b, default(Formulas<T>.Add), default(Formulas<float>.Add)).Record("AddBackward0", [],
                a.MakeEdge(g => g.SumTo(a.Shape)),
                b.MakeEdge(g => g.SumTo(b.Shape))).Traced("Add", a, b);

        /// <summary>a + b, one of them a single number.</summary>
        public static Tensor<T> operator +(Tensor<T> a, T b) => a + Tensor.Scalar(b);

        /// <summary>a + b, one of them a single number.</summary>
        public static Tensor<T> operator +(T a, Tensor<T> b) => Tensor.Scalar(a) + b;
    }
}
