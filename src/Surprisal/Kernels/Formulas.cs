namespace Surprisal.Kernels;

/// <summary>The formulas that <see cref="Elementwise"/> runs, each one line: the operators, the activations and their derivatives.</summary>
internal static class Formulas<T> where T : unmanaged, INumberBase<T>
{
    public readonly struct Add : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x + y; }
    public readonly struct Subtract : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x - y; }
    public readonly struct Multiply : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x * y; }
    /// <summary>x, whatever y is: repeats x over a larger shape.</summary>
    public readonly struct First : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x; }

    /// <summary>x y, but 0 where x is 0, whatever y is.</summary>
    public readonly struct MultiplyUnlessZero : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => Lanes<T>.Select(Lanes<T>.Equal(x, Lanes<T>.Zero), Lanes<T>.Zero, x * y); }

    public readonly struct Divide : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> y) => x / y; }
    public readonly struct Negate : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => -x; }
    public readonly struct Exp : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Exp(); }
    public readonly struct Log : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Log(); }
    public readonly struct Sqrt : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.Sqrt(); }

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    public readonly struct Relu : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Max(x, Lanes<T>.Zero); }

    /// <summary>From the output y and its gradient g: 0 where y is 0, else g, where y is NaN too.</summary>
    public readonly struct ReluGradient : IBinary<T> { public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => Lanes<T>.Select(Lanes<T>.Equal(y, Lanes<T>.Zero), Lanes<T>.Zero, g); }

    public readonly struct Sigmoid : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Logistic<T>.Sigmoid(x); }

    /// <summary>From the output y and its gradient g: g y (1 - y).</summary>
    public readonly struct SigmoidGradient : IBinary<T> { public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => g * (Lanes<T>.All(T.One) - y) * y; }

    public readonly struct LogSigmoid : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Logistic<T>.LogSigmoid(x); }

    /// <summary>From the input x and the output's gradient g: g sigmoid(-x).</summary>
    public readonly struct LogSigmoidGradient : IBinary<T> { public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => g * Logistic<T>.Sigmoid(-x); }

    /// <summary>log(1 + exp(z)) / beta with z = beta x; x itself where z is above the threshold.</summary>
    public readonly struct Softplus(T beta, T threshold) : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x)
        {
            var z = x * Lanes<T>.All(beta);
            return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), x, Logistic<T>.Softplus(z) / Lanes<T>.All(beta));
        }
    }

    /// <summary>From the input x and the output's gradient g: g sigmoid(beta x); g itself where beta x is above the threshold.</summary>
    public readonly struct SoftplusGradient(T beta, T threshold) : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g)
        {
            var z = x * Lanes<T>.All(beta);
            return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), g, g * Logistic<T>.Sigmoid(z));
        }
    }

    public readonly struct Tanh : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => Hyperbolic<T>.Tanh(x); }

    /// <summary>From the output y and its gradient g: g (1 - y^2).</summary>
    public readonly struct TanhGradient : IBinary<T> { public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => Lanes<T>.Fma(-y * y, g, g); }
}
