namespace Surprisal.Differential;

internal sealed partial class Draw
{
    /// <summary>Numbers in one of several manners, as an element of this type holds them.</summary>
    public Numbers Tensor<T>(params int[] shape) where T : unmanaged, INumber<T> =>
        T.IsInteger(T.CreateTruncating(0.5)) ? Integers<T>(shape) : Floats<T>(shape, Below(9));

    /// <summary>Numbers whose products no order of adding them overflows, infinity aside.</summary>
    public Numbers Factors<T>(params int[] shape) where T : unmanaged, INumber<T> =>
        Tensor<T>(shape).Map(static x => double.IsFinite(x) ? double.CreateTruncating(T.CreateTruncating(Math.Clamp(x, -1e4, 1e4))) : x);

    /// <summary>Numbers without NaN and infinity, of moderate size.</summary>
    public Numbers Moderate<T>(params int[] shape) where T : unmanaged, INumber<T> => Floats<T>(shape, Of(0, 1, 3));

    /// <summary>Numbers from 0 to 1, both included.</summary>
    public Numbers Probabilities<T>(params int[] shape) where T : unmanaged, INumber<T>
    {
        var manner = Below(3);
        return Numbers.Of<T>(shape, () => manner switch
        {
            0 => Below(9) / 8.0,
            1 => Below(1 << 20) / (double)(1 << 20),
            _ => Of(0, 1, 0.5, 1e-30, 1e-8, 1 - 1e-7, double.CreateTruncating(T.CreateTruncating(1e-3)), -0.0),
        });
    }

    /// <summary>Whole numbers from 0 to <paramref name="count"/> - 1; once in forty times one outside.</summary>
    public Numbers Indices(int count, params int[] shape)
    {
        var wrong = Chance(40);
        return Numbers.Of<long>(shape, () => wrong && Chance(4) ? Of(count, -1, -100, count + 5) : count == 0 ? 0 : Below(count));
    }

    private Numbers Integers<T>(int[] shape) where T : unmanaged, INumber<T>
    {
        var manner = Below(3);
        return Numbers.Of<T>(shape, () => manner switch
        {
            0 => Zigzag(Below(17)),
            1 => Of(0, 1, -1, 127, 128, 255, -128, 32767, -32768, 65535, int.MaxValue, int.MinValue),
            _ => Of(0, 1, -1, 1L << 53, -(1L << 53), (1L << 53) - 1),
        });
    }

    private Numbers Floats<T>(int[] shape, int manner) where T : unmanaged, INumber<T>
    {
        var equal = manner == 3 ? Zigzag(Below(65)) / 8.0 : 0;
        return Numbers.Of<T>(shape, () => manner switch
        {
            0 => Zigzag(Below(65)) / 8.0,
            1 => Zigzag(Below(1 << 20)) / (double)(1 << 17),
            2 => Chance(4) ? Edge<T>() : Zigzag(Below(65)) / 8.0,
            3 => equal,
            4 => Zigzag(Below(65)) * 4.0,
            5 => 1000 + Zigzag(Below(1 << 12)) / 1024.0,
            6 => (Coin() ? -1 : 1) * Math.ScaleB(1 + Below(8) / 8.0, Zigzag(Below(300)) * (typeof(T) == typeof(double) ? 2 : 1)),
            7 => Edge<T>(),
            _ => Chance(8) ? Edge<T>() : Zigzag(Below(1 << 20)) / (double)(1 << 17),
        });
    }

    private double Edge<T>() where T : unmanaged, INumber<T> =>
        Of(0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, Largest<T>(), -Largest<T>(), Smallest<T>(), -Smallest<T>(),
            0.5, -0.5, 2, 20, -20, 88.5, -103.5, 1e-30, 1e-8, 1e4, 1e19, -1e19);

    /// <summary>The largest number; of doubles one up to which PyTorch in float64 is the truth.</summary>
    private static double Largest<T>() => default(T) switch
    {
        float => float.MaxValue, Half => (double)Half.MaxValue, BFloat16 => (double)BFloat16.MaxValue, _ => double.MaxValue / 64,
    };

    /// <summary>The smallest number above 0; of doubles likewise.</summary>
    private static double Smallest<T>() => default(T) switch
    {
        float => float.Epsilon, Half => (double)Half.Epsilon, BFloat16 => (double)BFloat16.Epsilon, _ => 1e-300,
    };

    /// <summary>0, 1, -1, 2, -2 ...</summary>
    private static int Zigzag(int n) => n % 2 == 0 ? -n / 2 : (n + 1) / 2;
}
