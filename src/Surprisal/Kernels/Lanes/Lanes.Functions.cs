using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <content>
/// exp, log and their kin: part of the loop that asks for them, or calls (see <see cref="Compile.Separately"/>). The two short exponentials of floats fit everywhere.
/// </content>
internal readonly partial struct Lanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Exp() => Of<ExpFunction>(this);

    /// <summary>exp of numbers that are at most 0: the same bits for less work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNonPositive() => typeof(T) == typeof(float)
        ? new(Exponential.ExpNonPositive(Value.AsSingle()).As<float, T>())
        : Of<ExpDownOfDouble>(this);

    /// <summary>exp of numbers that are at most 0 and no less than -87, in double -708: the same bits for half the work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNoUnderflow() => typeof(T) == typeof(float)
        ? new(Exponential.ExpNoUnderflow(Value.AsSingle()).As<float, T>())
        : Of<ExpNearOfDouble>(this);

    /// <summary>exp of numbers that are at most 0, and what the last rounding took from it. Always part of the code that asks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNonPositive(out Lanes<T> rest)
    {
        if (typeof(T) == typeof(float))
        {
            var y = Exponential.ExpNonPositive(Value.AsSingle(), out var lost);
            rest = new(lost.As<float, T>());
            return new(y.As<float, T>());
        }
        var wide = Exponential.ExpNonPositive(Value.AsDouble(), out var wideLost);
        rest = new(wideLost.As<double, T>());
        return new(wide.As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Expm1() => Of<Expm1Function>(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Log() => Of<LogFunction>(this);

    /// <summary>log(1 + x), exact to rounding near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Log1p() => Of<Log1pFunction>(this);

    /// <summary>log of normal positive numbers plus something small, rounded together, and what the rounding took. Other numbers give anything, but a NaN of the small stays. Always part of the code that asks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> LogNormal(Lanes<T> more, out Lanes<T> rest)
    {
        if (typeof(T) == typeof(float))
        {
            var y = Logarithm.Normal(Value.AsSingle(), more.Value.AsSingle(), out var lost);
            rest = new(lost.As<float, T>());
            return new(y.As<float, T>());
        }
        var wide = Logarithm.Normal(Value.AsDouble(), more.Value.AsDouble(), out var wideLost);
        rest = new(wideLost.As<double, T>());
        return new(wide.As<double, T>());
    }

    /// <summary>A function of one number, as part of the loop or as a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Of<TFunction>(Lanes<T> x) where TFunction : struct, IUnary<T> =>
        Vector512.IsHardwareAccelerated ? default(TFunction).Apply(x) : Call<TFunction>(x);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> Call<TFunction>(in Lanes<T> x) where TFunction : struct, IUnary<T>
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        return default(TFunction).Apply(x);
    }

    /// <summary>A function in double, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> InDouble<TFunction>(TFunction f) where TFunction : struct, IUnary<double>
    {
        if (typeof(T) == typeof(double)) return new(f.Apply(new(Value.AsDouble())).Value.As<double, T>());
        var (low, high) = Vector512.Widen(Value.AsSingle());
        return new(Vector512.Narrow(f.Apply(new(low)).Value, f.Apply(new(high)).Value).As<float, T>());
    }

    /// <summary>A function of this and another in double, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> InDouble<TFunction>(Lanes<T> other, TFunction f) where TFunction : struct, IBinary<double>
    {
        if (typeof(T) == typeof(double)) return new(f.Apply(new(Value.AsDouble()), new(other.Value.AsDouble())).Value.As<double, T>());
        var (low, high) = Vector512.Widen(Value.AsSingle());
        var (otherLow, otherHigh) = Vector512.Widen(other.Value.AsSingle());
        return new(Vector512.Narrow(f.Apply(new(low), new(otherLow)).Value, f.Apply(new(high), new(otherHigh)).Value).As<float, T>());
    }

    private readonly struct ExpFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => typeof(T) == typeof(float)
            ? new(Exponential.Exp(x.Value.AsSingle()).As<float, T>())
            : new(Exponential.Exp(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct Expm1Function : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => typeof(T) == typeof(float)
            ? new(Exponential.Expm1(x.Value.AsSingle()).As<float, T>())
            : new(Exponential.Expm1(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct LogFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => typeof(T) == typeof(float)
            ? new(Logarithm.Log(x.Value.AsSingle()).As<float, T>())
            : new(Logarithm.Log(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct Log1pFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => typeof(T) == typeof(float)
            ? new(Logarithm.Log1p(x.Value.AsSingle()).As<float, T>())
            : new(Logarithm.Log1p(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct ExpDownOfDouble : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => new(Exponential.ExpNonPositive(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct ExpNearOfDouble : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => new(Exponential.ExpNoUnderflow(x.Value.AsDouble()).As<double, T>());
    }
}
