namespace Surprisal.Kernels;

/// <summary>Derivatives in double times the upstream gradient g, for <see cref="Formulas{T}"/> and <see cref="DoubleGradient"/>.</summary>
internal static class Derivatives
{
    public readonly struct Sigmoid : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> y, Lanes<double> g) => (Lanes<double>.All(1) - y) * y * g;
    }
    public readonly struct Tanh : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> y, Lanes<double> g) => (Lanes<double>.All(1) - y) * (Lanes<double>.All(1) + y) * g;
    }
    public readonly struct Softplus(double beta, double threshold) : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g) => Logistic<double>.SoftplusDerivative(x, beta, threshold) * g;
    }

    public readonly struct Power(double exponent) : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g) =>
            exponent == 0 ? Lanes<double>.Zero : Lanes<double>.All(exponent) * Kernels.Power.Pow(x, exponent - 1) * g;
    }

    public readonly struct Log1p : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g) => g / (Lanes<double>.All(1) + x);
    }

    public readonly struct Erf : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g) => ErrorFunction.Derivative(x) * g;
    }

    /// <summary>What the larger of x and y gives to x: g, half of it where they are equal, all of it where either is NaN.</summary>
    public readonly struct Maximum : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y) =>
            Lanes<double>.Select(Lanes<double>.Greater(y, x), Lanes<double>.Zero, HalfWhereEqual(g, x, y));
    }

    /// <summary>What the smaller of x and y gives to x, as the larger does.</summary>
    public readonly struct Minimum : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y) =>
            Lanes<double>.Select(Lanes<double>.Greater(x, y), Lanes<double>.Zero, HalfWhereEqual(g, x, y));
    }

    /// <summary>The derivative of a mean of squares or its root by x, times g: (x - mean) / divisor, times g.</summary>
    public readonly struct Deviation(double mean, double divisor, double g) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => (x - Lanes<double>.All(mean)) / Lanes<double>.All(divisor) * Lanes<double>.All(g);
    }

    /// <summary>The derivative of the p-norm by x, times g: sign(x) (|x| / norm)^(p - 1), times g; 0 at 0 for p below 1.</summary>
    public readonly struct Norm(double p, double norm, double g) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x)
        {
            var size = Lanes<double>.All(norm);
            if (p == 2) return x / size * Lanes<double>.All(g);
            var power = Kernels.Power.Pow((x / size).Abs(), p - 1);
            if (p < 1) power = Lanes<double>.Select(Lanes<double>.Equal(x, Lanes<double>.Zero), size, power); // times sign(0), which is 0
            return default(Formulas<double>.Sign).Apply(x) * power * Lanes<double>.All(g);
        }
    }

    /// <summary>The derivative of the largest or smallest size by x, times g: sign(x) over the number of ties, times g.</summary>
    public readonly struct Extreme(double extreme, double ties, double g) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x)
        {
            var isTie = Lanes<double>.Equal(x.Abs(), Lanes<double>.All(extreme));
            var slope = default(Formulas<double>.Sign).Apply(x) / Lanes<double>.All(ties);
            return Lanes<double>.Select(isTie, slope, Lanes<double>.Zero) * Lanes<double>.All(g);
        }
    }

    /// <summary>The derivative of x y by y, times g: g x.</summary>
    public readonly struct Factor : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y) => g * x;
    }

    /// <summary>The derivative of x / y by x, times g: g / y.</summary>
    public readonly struct Dividend : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y) => g / y;
    }

    /// <summary>The derivative of x / y by y, times g: -(x / y)(g / y), or -(x / y / y) g where a double does not hold g / y.</summary>
    public readonly struct Divisor : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y)
        {
            var (quotient, slope) = (x / y, g / y);
            var isTooLarge = Lanes<double>.Equal(slope.Abs(), Lanes<double>.All(double.PositiveInfinity));
            return -Lanes<double>.Select(isTooLarge, quotient / y * g, quotient * slope);
        }
    }

    private static Lanes<double> HalfWhereEqual(Lanes<double> g, Lanes<double> x, Lanes<double> y) =>
        Lanes<double>.Select(Lanes<double>.Equal(x, y), g * Lanes<double>.All(0.5), g);
}
