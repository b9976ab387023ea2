using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of logit z and target y: y softplus(-z) + (1 - y) softplus(z) = q |z| + softplus(-|z|), with q = 1 - y for positive
/// z, else y.
/// </summary>
/// <remarks>
/// q is the target's probability of the class that the sign of z is against; accurate in both tails, and 0 times infinity is 0 where z is
/// infinite. Gradient by z: sigma(z) - y as sign(z) (q - sigma(-|z|)); by y: -z.
/// </remarks>
internal readonly struct BceWithLogits<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        Logistic<T>.AtNegativeAbs(z, out var sigmaNeg, out var softplusNeg);
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var q = Lanes<T>.Select(positive, Lanes<T>.All(T.One) - y, y);
        loss = Logistic<T>.ZeroSafeProduct(q, z.Abs()) + softplusNeg;
        gradient = Lanes<T>.Select(positive, q - sigmaNeg, sigmaNeg - q);
    }

    public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w) => -z * w;

    /// <summary>
    /// Binary cross-entropy with a weight p of positive targets: p y softplus(-z) + (1 - y) softplus(z) = q |z| + (p y + 1 - y)
    /// softplus(-|z|), with q = 1 - y or p y.
    /// </summary>
    /// <remarks>
    /// Gradient by z: (1 - y) sigma(z) - p y sigma(-z); by y: p softplus(-z) - softplus(z) = (p - 1) softplus(-|z|) - (z if z is 0 or more,
    /// else p z). For an infinite y PyTorch's own form: (1 - y) z + (1 + (p - 1) y) softplus(-z).
    /// </remarks>
    public readonly struct Weighted : IPointwise<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
        {
            var one = Lanes<T>.All(T.One);
            Logistic<T>.AtNegativeAbs(z, out var sigmaNeg, out var softplusNeg);
            var sigmaPos = one - sigmaNeg;
            var negative = Lanes<T>.Greater(Lanes<T>.Zero, z);
            var (positivePart, negativePart) = (p * y, one - y);
            var finite = Logistic<T>.ZeroSafeProduct(Lanes<T>.Select(negative, positivePart, negativePart), z.Abs())
                + Logistic<T>.ZeroSafeProduct(softplusNeg, positivePart + negativePart);
            var infinite = negativePart * z + (p - one) * y * (Lanes<T>.MaxNative(-z, Lanes<T>.Zero) + softplusNeg);
            loss = Lanes<T>.Select(Lanes<T>.Equal(y - y, Lanes<T>.Zero), finite, infinite);
            gradient = negativePart * Lanes<T>.Select(negative, sigmaNeg, sigmaPos)
                - positivePart * Lanes<T>.Select(negative, sigmaPos, sigmaNeg);
        }

        public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w)
        {
            Logistic<T>.AtNegativeAbs(z, out _, out var softplusNeg);
            var negative = Lanes<T>.Greater(Lanes<T>.Zero, z);
            var softplusTerm = Logistic<T>.ZeroSafeProduct(softplusNeg, p - Lanes<T>.All(T.One));
            var weightedLast = (softplusTerm - Lanes<T>.Select(negative, Logistic<T>.ZeroSafeProduct(p, z), z)) * w;
            var weightedZ = z * w;
            // p z may overflow where w p z does not
            var weightedFirst = softplusTerm * w - Lanes<T>.Select(negative, p * weightedZ, weightedZ);
            return Lanes<T>.Select(Lanes<T>.Equal(weightedZ - weightedZ, Lanes<T>.Zero), weightedFirst, weightedLast);
        }
    }
}
