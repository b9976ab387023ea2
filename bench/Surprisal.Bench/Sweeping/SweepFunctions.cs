using Surprisal.Kernels;

namespace Surprisal.Bench.Sweeping;

/// <summary>A function as it runs in lanes, beside its true value.</summary>
internal interface ISwept
{
    static abstract string Name { get; }

    static abstract Lanes<float> Ours(Lanes<float> x);

    static abstract double Truth(double x);
}

/// <summary>A shorter form of a function, where it may stand for the full one: the bits must be the same.</summary>
internal interface IShorter
{
    static abstract string Name { get; }

    static abstract bool Allowed(float x);

    static abstract Lanes<float> Full(Lanes<float> x);

    static abstract Lanes<float> Short(Lanes<float> x);
}

/// <summary>What is swept.</summary>
internal static class SweepFunctions
{
    public readonly struct Exp : ISwept
    {
        public static string Name => "exp";
        public static Lanes<float> Ours(Lanes<float> x) => x.Exp();
        public static double Truth(double x) => Math.Exp(x);
    }

    public readonly struct Expm1 : ISwept
    {
        public static string Name => "expm1";
        public static Lanes<float> Ours(Lanes<float> x) => x.Expm1();
        public static double Truth(double x) => SweepTruth.Expm1(x);
    }

    public readonly struct Log : ISwept
    {
        public static string Name => "log";
        public static Lanes<float> Ours(Lanes<float> x) => x.Log();
        public static double Truth(double x) => Math.Log(x);
    }

    public readonly struct Log1p : ISwept
    {
        public static string Name => "log1p";
        public static Lanes<float> Ours(Lanes<float> x) => x.Log1p();
        public static double Truth(double x) => SweepTruth.Log1p(x);
    }

    public readonly struct Sigmoid : ISwept
    {
        public static string Name => "sigmoid";
        public static Lanes<float> Ours(Lanes<float> x) => default(Formulas<float>.Sigmoid).Apply(x);
        public static double Truth(double x) => SweepTruth.Sigmoid(x);
    }

    public readonly struct LogSigmoid : ISwept
    {
        public static string Name => "log-sigmoid";
        public static Lanes<float> Ours(Lanes<float> x) => default(Formulas<float>.LogSigmoid).Apply(x);
        public static double Truth(double x) => SweepTruth.LogSigmoid(x);
    }

    public readonly struct Softplus : ISwept
    {
        public static string Name => "softplus";
        public static Lanes<float> Ours(Lanes<float> x) => new Formulas<float>.Softplus(1, 20).Apply(x);
        public static double Truth(double x) => SweepTruth.Softplus(x);
    }

    public readonly struct Tanh : ISwept
    {
        public static string Name => "tanh";
        public static Lanes<float> Ours(Lanes<float> x) => default(Formulas<float>.Tanh).Apply(x);
        public static double Truth(double x) => SweepTruth.Tanh(x);
    }

    public readonly struct ExpNonPositive : IShorter
    {
        public static string Name => "exp of numbers up to 0";
        public static bool Allowed(float x) => x <= 0 || float.IsNaN(x);
        public static Lanes<float> Full(Lanes<float> x) => x.Exp();
        public static Lanes<float> Short(Lanes<float> x) => x.ExpNonPositive();
    }

    public readonly struct ExpNoUnderflow : IShorter
    {
        public static string Name => "exp from -87 to 0";
        public static bool Allowed(float x) => (x <= 0 && x >= Exponential.MinNormalFloat);
        public static Lanes<float> Full(Lanes<float> x) => x.Exp();
        public static Lanes<float> Short(Lanes<float> x) => x.ExpNoUnderflow();
    }

    public readonly struct LogOfNormal : IShorter
    {
        public static string Name => "log of normal positive numbers";
        public static bool Allowed(float x) => x > 0 && float.IsNormal(x);
        public static Lanes<float> Full(Lanes<float> x) => x.Log();
        public static Lanes<float> Short(Lanes<float> x) => x.LogOfNormal(Lanes<float>.Zero, out _);
    }
}
