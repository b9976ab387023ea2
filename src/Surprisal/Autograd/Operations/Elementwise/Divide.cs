using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    extension<T>(Tensor<T>) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>a / b, element by element; shapes broadcast.</summary>
        public static Tensor<T> operator /(Tensor<T> a, Tensor<T> b) =>
            Broadcasting.Map(a, b, default(Formulas<T>.Divide), default(Formulas<float>.Divide))
                .Record("DivBackward0", [b.RequiresGrad ? a : null, b],
                    a.MakeEdge(g =>
                        g.Shape == a.Shape ? g / b : Broadcasting.Gradient(g, b, b, a.Shape, default(Derivatives.Dividend))),
                    b.MakeEdge(g => Broadcasting.Gradient(g, a, b, b.Shape, default(Derivatives.Divisor)))).Traced("Div", a, b);

        /// <summary>a / b, one of them a single number.</summary>
        public static Tensor<T> operator /(Tensor<T> a, T b) => a / Tensor.Scalar(b);

        /// <summary>a / b, one of them a single number.</summary>
        public static Tensor<T> operator /(T a, Tensor<T> b) => Tensor.Scalar(a) / b;
    }

    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Divides in place; the other operand broadcasts to this shape. Recorded as <c>+=</c> is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator /=(Tensor<T> other) =>
            x.Update(other, "/=", static (a, b) => a / b, default(Formulas<T>.Divide), default(Formulas<float>.Divide));

        /// <summary>Divides every element by a number, in place; recorded as <c>+=</c> is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator /=(T other) => x /= Tensor.Scalar(other);
    }
}
