namespace Surprisal.Cuda;

/// <summary>
/// The logits of one row and one tile of classes, in one thread: neighbours have neighbouring rows. From products u to logits, z = cap
/// tanh((u + bias) / cap) / temperature, as the library makes them.
/// </summary>
internal sealed class LinearColumn<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    private readonly PtxWriter writer;
    private readonly LinearArguments arguments;
    private readonly Whole<U64> start;
    private readonly Predicate hasBias;
    private readonly Real<T> cap, inverseCap, inverseTemperature;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="arguments">Of the kernel.</param>
    /// <param name="row">The row of the block.</param>
    public LinearColumn(PtxWriter writer, LinearArguments arguments, Whole<U32> row)
    {
        (this.writer, this.arguments) = (writer, arguments);
        start = writer.At(arguments.Logits, row, T.Size);
        hasBias = Whole<U64>.NotEqual(arguments.Bias, 0);
        HasCap = arguments.Cap > Real<F64>.Zero;
        (cap, inverseCap) = (writer.Narrow<T>(arguments.Cap), writer.Narrow<T>(arguments.InverseCap));
        inverseTemperature = writer.Narrow<T>(arguments.InverseTemperature);
    }

    public Predicate HasCap { get; }

    /// <summary>Where the number of a class of the block is.</summary>
    public Whole<U64> At(Whole<U32> c) => writer.Row(start, c, arguments.Pitch);

    /// <summary>The product of a class and its bias.</summary>
    public Real<T> Product(Whole<U32> c)
    {
        var u = writer.Variable(writer.Load<T>(At(c)));
        writer.If(hasBias, () => writer.Set(u,
            u + TElement.Load(writer, writer.At(arguments.Bias, c + arguments.FirstClass, TElement.Size))));
        return u;
    }

    /// <summary>The logit that is made of a product.</summary>
    public Real<T> Logit(Real<T> u)
    {
        var z = writer.Variable(u);
        writer.If(HasCap, () => writer.Set(z, Hyperbolic.Tanh(writer, z * inverseCap) * cap));
        return z * inverseTemperature;
    }

    /// <summary>
    /// The derivative by a product from that by its logit, sech^2(u / cap) = 4 e / (1 + e)^2 with e = exp(-2 |u| / cap); 0 stays 0.
    /// </summary>
    public Real<T> CapGradient(Real<T> g, Real<T> u)
    {
        var e = Exponential.NonPositive(writer, u.Abs() * (inverseCap * Real<T>.Constant(-2)));
        var sum = e + Real<T>.One;
        return Real<T>.Select(Real<T>.Equal(g, Real<T>.Zero), g, g * (e * Real<T>.Constant(4) / (sum * sum)));
    }
}
