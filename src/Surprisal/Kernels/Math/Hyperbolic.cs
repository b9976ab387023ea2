using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>tanh in lanes: x + x^3 q(x^2) up to 0.549, where tanh is 1/2, and sign(x) (1 - 2 sigma(-2 |x|)) beyond.</summary>
/// <remarks>-0 stays -0, infinities give 1 and -1, NaN stays NaN; q is the polynomial of its degree with the least error.</remarks>
internal static class Hyperbolic<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Tanh(Lanes<T> x) => Lanes<T>.Of<TanhFunction>(x);

    /// <summary>q(z) = (tanh(x) / x - 1) / z with z = x^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Quotient(Lanes<T> z) => typeof(T) == typeof(float)
        ? new(Quotient(z.Value.AsSingle()).As<float, T>())
        : new(Quotient(z.Value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quotient(Vector512<float> z)
    {
        var q = Vector512.FusedMultiplyAdd(z, Vector512.Create(-0.0062503363f), Vector512.Create(0.021054776f));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.05384821f));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.13332547f));
        return Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.33333316f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Quotient(Vector512<double> z)
    {
        var q = Vector512.FusedMultiplyAdd(z, Vector512.Create(-1.950833355123947e-5), Vector512.Create(8.333656508845409e-5));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.00023339412530910242));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.000588448798503968));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.0014555437285545716));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.003592092139087643));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.008863232609011576));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.02186948838609237));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.053968253963759504));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.133333333333266));
        return Vector512.FusedMultiplyAdd(q, z, Vector512.Create(-0.333333333333333));
    }

    private readonly struct TanhFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x)
        {
            var size = x.Abs();
            var square = x * x;
            var near = Lanes<T>.Fma(size * square, Quotient(square), size);
            var far = Lanes<T>.Fma(Lanes<T>.All(-(T.One + T.One)), default(Logistic<T>.SmallFunction).Apply(size + size), Lanes<T>.All(T.One));
            var y = Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.All(T.CreateTruncating(0.549)), size), near, far);
            return Lanes<T>.Select(Lanes<T>.All(T.CreateTruncating(-0.0)), x, y); // the sign's bit
        }
    }
}
