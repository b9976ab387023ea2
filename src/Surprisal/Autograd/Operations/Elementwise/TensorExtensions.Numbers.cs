namespace Surprisal;

/// <content>A plain number of C# beside a tensor: <c>x * 0.5</c>, <c>1.0 / x</c>, whatever the tensor's floating type.</content>
/// <remarks>
/// A number never changes the tensor's type. It is rounded to the type that the operation computes in: float for tensors of float, and of
/// Half and BFloat16, whose result is rounded once.
/// </remarks>
public static partial class TensorExtensions
{
    extension<T>(Tensor<T>) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>a + b, b a number.</summary>
        public static Tensor<T> operator +(Tensor<T> a, double b) => WithNumber(a, b, static (x, y) => x + y, static (x, y) => x + y);

        /// <summary>a + b, a a number.</summary>
        public static Tensor<T> operator +(double a, Tensor<T> b) => WithNumber(b, a, static (x, y) => y + x, static (x, y) => y + x);

        /// <summary>a - b, b a number.</summary>
        public static Tensor<T> operator -(Tensor<T> a, double b) => WithNumber(a, b, static (x, y) => x - y, static (x, y) => x - y);

        /// <summary>a - b, a a number.</summary>
        public static Tensor<T> operator -(double a, Tensor<T> b) => WithNumber(b, a, static (x, y) => y - x, static (x, y) => y - x);

        /// <summary>a b, b a number.</summary>
        public static Tensor<T> operator *(Tensor<T> a, double b) => WithNumber(a, b, static (x, y) => x * y, static (x, y) => x * y);

        /// <summary>a b, a a number.</summary>
        public static Tensor<T> operator *(double a, Tensor<T> b) => WithNumber(b, a, static (x, y) => y * x, static (x, y) => y * x);

        /// <summary>a / b, b a number.</summary>
        public static Tensor<T> operator /(Tensor<T> a, double b) => WithNumber(a, b, static (x, y) => x / y, static (x, y) => x / y);

        /// <summary>a / b, a a number.</summary>
        public static Tensor<T> operator /(double a, Tensor<T> b) => WithNumber(b, a, static (x, y) => y / x, static (x, y) => y / x);
    }

    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Adds a number to every element, in place; recorded as that of two tensors is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator +=(double other)
        {
            if (typeof(T).Is16Bit) x.Update("+=", before => before + other);
            else x += Tensor.Scalar(T.CreateTruncating(other));
        }

        /// <summary>Subtracts a number from every element, in place; recorded as that of two tensors is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator -=(double other)
        {
            if (typeof(T).Is16Bit) x.Update("-=", before => before - other);
            else x -= Tensor.Scalar(T.CreateTruncating(other));
        }

        /// <summary>Multiplies every element by a number, in place; recorded as that of two tensors is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator *=(double other)
        {
            if (typeof(T).Is16Bit) x.Update("*=", before => before * other);
            else x *= Tensor.Scalar(T.CreateTruncating(other));
        }

        /// <summary>Divides every element by a number, in place; recorded as that of two tensors is.</summary>
        /// <inheritdoc cref="Tensor{T}.op_AdditionAssignment(Tensor{T})" path="/exception"/>
        public void operator /=(double other)
        {
            if (typeof(T).Is16Bit) x.Update("/=", before => before / other);
            else x /= Tensor.Scalar(T.CreateTruncating(other));
        }
    }

    private static Tensor<T> WithNumber<T>(
        Tensor<T> x, double number, Func<Tensor<T>, Tensor<T>, Tensor<T>> f, Func<Tensor<float>, Tensor<float>, Tensor<float>> inFloat)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T).Is16Bit
            ? inFloat(x.To<float>(), Tensor.Scalar((float)number)).To<T>()
            : f(x, Tensor.Scalar(T.CreateTruncating(number)));
}
