namespace Surprisal.Kernels;

/// <content>
/// Activations of networks, x times a step that is smooth or not, and their gradients: in double, rounded once. Infinities have their
/// limits: x where the step is 1, 0 where it is 0.
/// </content>
internal static partial class Formulas<T>
{
    /// <summary>x where that is positive, else slope x.</summary>
    public readonly struct LeakyRelu(double slope) : IUnary<T>
    {
        public Lanes<T> Apply(Lanes<T> x) =>
            Lanes<T>.Select(Lanes<T>.Greater(x, Lanes<T>.Zero), x, x * Lanes<T>.All(T.CreateTruncating(slope)));
    }

    /// <summary>From the input x and the upstream gradient g: g where x is positive, else slope g.</summary>
    public readonly struct LeakyReluGradient(double slope) : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) =>
            Lanes<T>.Select(Lanes<T>.Greater(x, Lanes<T>.Zero), g, g * Lanes<T>.All(T.CreateTruncating(slope)));
    }

    /// <summary>x Phi(x), with the normal distribution function Phi.</summary>
    public readonly struct Gelu : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.InDouble(default(Units.Gelu)); }

    /// <summary>From the input x and the upstream gradient g: g (Phi(x) + x phi(x)).</summary>
    public readonly struct GeluGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, default(Units.GeluGradient));
    }

    /// <summary>x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3).</summary>
    public readonly struct GeluTanh : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.InDouble(default(Units.GeluTanh)); }

    /// <summary>The gradient of <see cref="GeluTanh"/> from the input x and the upstream gradient g.</summary>
    public readonly struct GeluTanhGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, default(Units.GeluTanhGradient));
    }

    /// <summary>x sigmoid(x).</summary>
    public readonly struct Silu : IUnary<T> { public Lanes<T> Apply(Lanes<T> x) => x.InDouble(default(Units.Silu)); }

    /// <summary>From the input x and the upstream gradient g: g s (1 + x (1 - s)) with s = sigmoid(x).</summary>
    public readonly struct SiluGradient : IBinary<T>
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => x.InDouble(g, default(Units.SiluGradient));
    }
}
