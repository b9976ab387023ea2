using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <content>exp, log and their relatives: inlined, or one call a block where blocks take several registers (see
/// <see cref="Compile.Separately"/>).</content>
internal readonly partial struct Lanes<T>
{
    /// <summary>exp, in float within 0.892 ulp (see <see cref="Exponential"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Exp() => Apply<ExpFunction>(this);

    /// <summary>
    /// exp of arguments that are at most 0: the bits of <see cref="Exp"/> for less work. In float short enough to be inlined everywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNonPositive() => typeof(T) == typeof(float)
        ? new(Exponential.ExpNonPositive(Value.AsSingle()).As<float, T>())
        : Apply<ExpNonPositiveOfDouble>(this);

    /// <summary>
    /// exp of arguments from -87 (in double -708) to 0, where no result underflows: the bits of <see cref="Exp"/> for half the work. In
    /// float short enough to be inlined everywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNoUnderflow() => typeof(T) == typeof(float)
        ? new(Exponential.ExpNoUnderflow(Value.AsSingle()).As<float, T>())
        : Apply<ExpNoUnderflowOfDouble>(this);

    /// <summary>
    /// exp of arguments that are at most 0, and the error of the last rounding: exp(x) = result + error nearly. Always inlined.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> ExpNonPositive(out Lanes<T> error)
    {
        if (typeof(T) == typeof(float))
        {
            var y = Exponential.ExpNonPositive(Value.AsSingle(), out var narrowError);
            error = new(narrowError.As<float, T>());
            return new(y.As<float, T>());
        }
        var wide = Exponential.ExpNonPositive(Value.AsDouble(), out var wideError);
        error = new(wideError.As<double, T>());
        return new(wide.As<double, T>());
    }

    /// <summary>exp(x) - 1, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Expm1() => Apply<Expm1Function>(this);

    /// <summary>log, in float within 0.829 ulp (see <see cref="Logarithm"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Log() => Apply<LogFunction>(this);

    /// <summary>log(1 + x), accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Log1p() => Apply<Log1pFunction>(this);

    /// <summary>
    /// log(x) + addend, rounded once, and the error of that rounding, for positive normal x and a small addend; of other x the result is
    /// undefined, but a NaN addend stays. Always inlined.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> LogOfNormal(Lanes<T> addend, out Lanes<T> error)
    {
        if (typeof(T) == typeof(float))
        {
            var y = Logarithm.LogOfNormal(Value.AsSingle(), addend.Value.AsSingle(), out var narrowError);
            error = new(narrowError.As<float, T>());
            return new(y.As<float, T>());
        }
        var wide = Logarithm.LogOfNormal(Value.AsDouble(), addend.Value.AsDouble(), out var wideError);
        error = new(wideError.As<double, T>());
        return new(wide.As<double, T>());
    }

    /// <summary>Applies a function, inlined or by a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Apply<TFunction>(Lanes<T> x) where TFunction : struct, IUnary<T> =>
        Vector512.IsHardwareAccelerated ? default(TFunction).Apply(x) : Call<TFunction>(x);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> Call<TFunction>(in Lanes<T> x) where TFunction : struct, IUnary<T>
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        return default(TFunction).Apply(x);
    }

    /// <summary>Applies a function in double and rounds the result once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> InDouble<TFunction>(TFunction f) where TFunction : struct, IUnary<double>
    {
        if (typeof(T) == typeof(double)) return new(f.Apply(new(Value.AsDouble())).Value.As<double, T>());
        var (low, high) = Vector512.Widen(Value.AsSingle());
        return new(Vector512.Narrow(f.Apply(new(low)).Value, f.Apply(new(high)).Value).As<float, T>());
    }

    /// <summary>Applies a function of two arguments in double and rounds the result once.</summary>
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

    private readonly struct ExpNonPositiveOfDouble : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => new(Exponential.ExpNonPositive(x.Value.AsDouble()).As<double, T>());
    }

    private readonly struct ExpNoUnderflowOfDouble : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => new(Exponential.ExpNoUnderflow(x.Value.AsDouble()).As<double, T>());
    }
}
