using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>What the losses of a logit z share: sigma(|z|), sigma(-|z|) and log1p(exp(-|z|)), from one exponential and one division, with nothing cancelling.</summary>
internal readonly struct Logistic<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Logistic(Lanes<T> z)
    {
        var one = Lanes<T>.All(T.One);
        Exponential = (-z.Abs()).ExpDown();
        var u = one + Exponential;
        Large = one / u;
        Small = Exponential * Large;
        Tail = u.LogNormal() + (Exponential - (u - one)) * Large; // log1p: the rounding error of u is put back
    }

    /// <summary>exp(-|z|).</summary>
    public Lanes<T> Exponential { get; }

    /// <summary>sigma(|z|).</summary>
    public Lanes<T> Large { get; }

    /// <summary>sigma(-|z|).</summary>
    public Lanes<T> Small { get; }

    /// <summary>softplus(-|z|).</summary>
    public Lanes<T> Tail { get; }

    /// <summary>The product, 0 where the factor is 0 and x infinite; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Times(Lanes<T> factor, Lanes<T> x)
    {
        var infinite = Lanes<T>.Equal(x.Abs(), Lanes<T>.All(T.CreateTruncating(double.PositiveInfinity)));
        return Lanes<T>.Select(Lanes<T>.And(Lanes<T>.Equal(factor, Lanes<T>.Zero), infinite), Lanes<T>.Zero, factor * x);
    }
}
