namespace Surprisal.Kernels;

/// <content>
/// Gradients g f', f' first, in double and rounded once. In float f' or an intermediate result may underflow or overflow where the product
/// does not, and each intermediate rounding could cost an ulp.
/// </content>
internal static partial class Formulas<T>
{
    /// <summary>From the output y and the upstream gradient g: 0 where y is 0, else g, where y is NaN too.</summary>
    public readonly struct ReluGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => Lanes<T>.Select(Lanes<T>.Equal(y, Lanes<T>.Zero), Lanes<T>.Zero, g);
    }

    /// <summary>From the input x and the upstream gradient g: g sign(x), with the sign 0 at NaN.</summary>
    public readonly struct AbsGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => default(Sign).Apply(x) * g;
    }

    /// <summary>From the input x and the upstream gradient g: g within the bounds and at them, 0 beyond and at NaN.</summary>
    public readonly struct ClampGradient(T? lower, T? upper) : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g)
        {
            if (lower is { } min) g = Lanes<T>.Select(Lanes<T>.GreaterOrEqual(x, Lanes<T>.All(min)), g, Lanes<T>.Zero);
            return upper is { } max ? Lanes<T>.Select(Lanes<T>.GreaterOrEqual(Lanes<T>.All(max), x), g, Lanes<T>.Zero) : g;
        }
    }

    /// <summary>From the input x and the upstream gradient g: g / (1 + x).</summary>
    public readonly struct Log1pGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, default(Derivatives.Log1p));
    }

    /// <summary>From the input x and the upstream gradient g: g 2 / sqrt(pi) exp(-x^2).</summary>
    public readonly struct ErfGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, default(Derivatives.Erf));
    }

    /// <summary>From the output y and the upstream gradient g: g (1 - y) y.</summary>
    public readonly struct SigmoidGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => y.InDouble(g, default(Derivatives.Sigmoid));
    }

    /// <summary>From the output y and the upstream gradient g: g (1 - y)(1 + y).</summary>
    public readonly struct TanhGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => y.InDouble(g, default(Derivatives.Tanh));
    }

    /// <summary>From the input x and the upstream gradient g: g sigmoid(-x).</summary>
    public readonly struct LogSigmoidGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, new Derivatives.Softplus(-1, double.PositiveInfinity));
    }

    /// <summary>From the input x and the upstream gradient g: g sigmoid(beta x); g itself where beta x is above the threshold.</summary>
    public readonly struct SoftplusGradient(double beta, double threshold) : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, new Derivatives.Softplus(beta, threshold));
    }

    /// <summary>From the input x and the upstream gradient g: g e x^(e - 1); 0 where e is 0.</summary>
    public readonly struct PowerGradient(double exponent) : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, new Derivatives.Power(exponent));
    }
}
