namespace Surprisal.Cuda;

/// <summary>
/// Soft cap, temperature and prior, y = cap tanh(x / cap) / temperature + ln prior, and their derivative, as the library applies them.
/// </summary>
internal sealed class LogitTransform<T> where T : struct, IRealFormat
{
    private readonly PtxWriter writer;
    private readonly Predicate hasCap, hasShift;
    private readonly Real<T> cap, inverseCap, inverseTemperature;
    private readonly Whole<U64> shift;

    public LogitTransform(PtxWriter writer, ClassArguments arguments)
    {
        this.writer = writer;
        hasCap = arguments.Cap > Real<F64>.Zero;
        hasShift = Whole<U64>.NotEqual(arguments.Shift, 0);
        shift = arguments.Shift;
        (cap, inverseCap) = (writer.Narrow<T>(arguments.Cap), writer.Narrow<T>(arguments.InverseCap));
        inverseTemperature = writer.Narrow<T>(arguments.InverseTemperature);
    }

    /// <summary>What the loss sees of a logit of class <paramref name="c"/>.</summary>
    public Real<T> Forward(Real<T> x, Whole<U32> c)
    {
        var y = writer.Variable(x);
        writer.If(hasCap, () => writer.Set(y, Hyperbolic.Tanh(writer, y * inverseCap) * cap));
        writer.Set(y, y * inverseTemperature);
        writer.If(hasShift, () => writer.Set(y, y + writer.Load<T>(writer.At(shift, c, T.Size))));
        return y;
    }

    /// <summary>The derivative by the logit from that by what the loss saw of it; 0 stays 0.</summary>
    public Real<T> Backward(Real<T> gradient, Func<Real<T>> logit)
    {
        var g = writer.Variable(gradient * inverseTemperature);
        writer.If(hasCap, () =>
        {
            var y = writer.Widen(Hyperbolic.Tanh(writer, logit() * inverseCap));
            var slope = writer.Narrow<T>((Real<F64>.One - y) * (Real<F64>.One + y));
            writer.Set(g, Real<T>.Select(Real<T>.Equal(g, Real<T>.Zero), Real<T>.Zero, g * slope));
        });
        return g;
    }
}
