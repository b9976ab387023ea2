namespace Surprisal.Kernels;

/// <summary>
/// Formulas for <see cref="Elementwise"/>, a line each: operators and activations. Their gradients are in <c>Formulas.Gradients.cs</c>.
/// </summary>
internal static partial class Formulas<T> where T : unmanaged, INumberBase<T>
{
    public readonly struct Add : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x + y; }
    public readonly struct Subtract : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x - y; }
    public readonly struct Multiply : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x * y; }

    /// <summary>x, whatever y is: broadcasts x over a larger shape.</summary>
    public readonly struct First : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x; }

    /// <summary>x y, but 0 where x is 0, whatever y is.</summary>
    public readonly struct MultiplyUnlessZero : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => Lanes<T>.Select(Lanes<T>.Equal(x, Lanes<T>.Zero), Lanes<T>.Zero, x * y);
    }

    public readonly struct Divide : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x / y; }
    public readonly struct Negate : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => -x; }
    public readonly struct Abs : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Abs(); }

    /// <summary>1, -1 or 0; 0 of NaN.</summary>
    public readonly struct Sign : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Select(Lanes<T>.Greater(x, Lanes<T>.Zero), Lanes<T>.All(T.One),
            Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.Zero, x), Lanes<T>.All(T.Zero - T.One), Lanes<T>.Zero));
    }

    /// <summary>The larger of two; NaN where either is.</summary>
    public readonly struct Maximum : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => Lanes<T>.Max(x, y); }

    /// <summary>The smaller of two; NaN where either is.</summary>
    public readonly struct Minimum : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => Lanes<T>.Min(x, y); }

    /// <summary>min(max(x, lower), upper), whichever of the two there are; NaN where any is.</summary>
    public readonly struct Clamp(T? lower, T? upper) : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x)
        {
            if (lower is { } min) x = Lanes<T>.Max(x, Lanes<T>.All(min));
            return upper is { } max ? Lanes<T>.Min(x, Lanes<T>.All(max)) : x;
        }
    }

    public readonly struct Exp : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Exp(); }
    public readonly struct Log : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Log(); }
    public readonly struct Log1p : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Log1p(); }
    public readonly struct Sqrt : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Sqrt(); }

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    public readonly struct Relu : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Max(x, Lanes<T>.Zero); }

    public readonly struct Sigmoid : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Logistic<T>.Sigmoid(x); }
    public readonly struct LogSigmoid : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Logistic<T>.LogSigmoid(x); }
    public readonly struct Tanh : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Hyperbolic<T>.Tanh(x); }

    /// <summary>erf, in double and rounded once.</summary>
    public readonly struct Erf : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.InDouble(default(ErfOfDouble)); }

    /// <summary>A function in double, rounded once.</summary>
    public readonly struct InDouble<TOp>(TOp f) : IUnary<T> where TOp : struct, IUnary<double>
    {
        public Lanes<T> Apply(Lanes<T> x) => x.InDouble(f);
    }

    /// <summary>x to a fixed power, in double.</summary>
    public readonly struct Power(double exponent) : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x) => x.InDouble(new PowerOfDouble(exponent));
    }

    /// <summary>
    /// log(1 + exp(z)) / beta with z = beta x; x itself where z is above the threshold. In double unless beta is 1, where there is no
    /// intermediate rounding.
    /// </summary>
    public readonly struct Softplus(double beta, double threshold) : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x) => beta == 1
            ? Lanes<T>.Select(Lanes<T>.Greater(x, Lanes<T>.All(T.CreateTruncating(threshold))), x, Logistic<T>.Softplus(x))
            : x.InDouble(new SoftplusOfDouble(beta, threshold));
    }

    private readonly struct ErfOfDouble : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => ErrorFunction.Erf(x);
    }

    private readonly struct PowerOfDouble(double exponent) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => Kernels.Power.Pow(x, exponent);
    }

    private readonly struct SoftplusOfDouble(double beta, double threshold) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => Logistic<double>.Softplus(x, beta, threshold);
    }
}
