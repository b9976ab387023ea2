namespace Surprisal.Kernels;

/// <summary>The smooth activations GELU and SiLU and their derivatives times an upstream gradient g, in lanes of double.</summary>
/// <remarks>
/// y = x step(x) with step = Phi, sigmoid(2 u), sigmoid. Beyond the limits below the derivative is 0 or 1 in double, so x is cut there
/// before anything is multiplied with it that would be 0 times infinity.
/// </remarks>
internal static class Units
{
    private const double NormalLimit = 40, TanhLimit = 100, LogisticLimit = 800, Cubic = 0.044715;

    /// <summary>2 sqrt(2 / pi), the factor of the cubic in the argument of sigmoid.</summary>
    private const double TanhFactor = 1.5957691216057308;

    public readonly struct Gelu : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => Logistic<double>.ZeroSafeProduct(NormalDistribution.Probability(x), x);
    }

    public readonly struct GeluGradient : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g)
        {
            x = Cut(x, NormalLimit);
            return Lanes<double>.Fma(x, NormalDistribution.Density(x), NormalDistribution.Probability(x)) * g;
        }
    }

    public readonly struct GeluTanh : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) =>
            Logistic<double>.ZeroSafeProduct(Logistic<double>.Sigmoid(TanhArgument(Cut(x, TanhLimit))), x);
    }

    public readonly struct GeluTanhGradient : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g)
        {
            x = Cut(x, TanhLimit);
            var s = Logistic<double>.Sigmoid(TanhArgument(x));
            var slope = Lanes<double>.Fma(x * x, Lanes<double>.All(3 * Cubic * TanhFactor), Lanes<double>.All(TanhFactor));
            return s * Lanes<double>.Fma(x * slope, Lanes<double>.All(1) - s, Lanes<double>.All(1)) * g;
        }
    }

    public readonly struct Silu : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => Logistic<double>.ZeroSafeProduct(Logistic<double>.Sigmoid(x), x);
    }

    public readonly struct SiluGradient : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> x, Lanes<double> g)
        {
            x = Cut(x, LogisticLimit);
            var s = Logistic<double>.Sigmoid(x);
            return s * Lanes<double>.Fma(x, Lanes<double>.All(1) - s, Lanes<double>.All(1)) * g;
        }
    }

    /// <summary>2 u = 2 sqrt(2 / pi) (x + 0.044715 x^3).</summary>
    private static Lanes<double> TanhArgument(Lanes<double> x) =>
        Lanes<double>.Fma(x * x, Lanes<double>.All(Cubic), Lanes<double>.All(1)) * x * Lanes<double>.All(TanhFactor);

    /// <summary>x in [-limit, limit]; NaN stays.</summary>
    private static Lanes<double> Cut(Lanes<double> x, double limit) =>
        Lanes<double>.Min(Lanes<double>.Max(x, Lanes<double>.All(-limit)), Lanes<double>.All(limit));
}
