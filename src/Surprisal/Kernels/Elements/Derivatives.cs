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

    /// <summary>The derivative of x / y by y, times g: -(x / y)(g / y).</summary>
    public readonly struct Divisor : ITernary<double>
    {
        public Lanes<double> Apply(Lanes<double> g, Lanes<double> x, Lanes<double> y) => -(x / y * (g / y));
    }
}
