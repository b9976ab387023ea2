namespace Surprisal.Cuda;

/// <summary>A register or constant of floating point; an operator writes one instruction, rounded to nearest, that nothing may
/// fuse.</summary>
/// <param name="Writer">Null for a constant.</param>
/// <param name="Name">The register, or the constant in hex.</param>
internal readonly record struct Real<T>(PtxWriter? Writer, string Name) where T : struct, IRealFormat
{
    public static Real<T> Zero => Constant(0);

    public static Real<T> One => Constant(1);

    public static Real<T> NaN => Constant(double.NaN);

    public static Real<T> Constant(double value) => new(null, T.Literal(value));

    public static Real<T> operator +(Real<T> a, Real<T> b) => New("add.rn", a, b);

    public static Real<T> operator -(Real<T> a, Real<T> b) => New("sub.rn", a, b);

    public static Real<T> operator *(Real<T> a, Real<T> b) => New("mul.rn", a, b);

    public static Real<T> operator /(Real<T> a, Real<T> b) => New("div.rn", a, b);

    public static Real<T> operator -(Real<T> a) => New("neg", a);

    public static Predicate operator <(Real<T> a, Real<T> b) => Compare("lt", a, b);

    public static Predicate operator >(Real<T> a, Real<T> b) => Compare("gt", a, b);

    public static Predicate operator <=(Real<T> a, Real<T> b) => Compare("le", a, b);

    public static Predicate operator >=(Real<T> a, Real<T> b) => Compare("ge", a, b);

    /// <summary>a b + c, rounded once.</summary>
    public static Real<T> Fma(Real<T> a, Real<T> b, Real<T> c) => New("fma.rn", a, b, c);

    public static Predicate Equal(Real<T> a, Real<T> b) => Compare("eq", a, b);

    public static Real<T> Select(Predicate condition, Real<T> yes, Real<T> no)
    {
        var to = condition.Writer.Register(T.Prefix);
        condition.Writer.Line($"selp.{T.Type} {to}, {yes.Name}, {no.Name}, {condition.Name}");
        return new(condition.Writer, to);
    }

    /// <summary>The larger; where either is NaN, <paramref name="b"/>. <c>max</c> would drop a NaN.</summary>
    public static Real<T> MaxOrSecond(Real<T> a, Real<T> b) => Select(a > b, a, b);

    public Real<T> Abs() => New("abs", this);

    /// <summary>Whether it is neither infinite nor NaN.</summary>
    public Predicate IsFinite() => Abs() < Constant(double.PositiveInfinity);

    private static Real<T> New(string operation, params ReadOnlySpan<Real<T>> operands)
    {
        PtxWriter? writer = null;
        var text = "";
        foreach (var operand in operands)
        {
            writer ??= operand.Writer;
            text += ", " + operand.Name;
        }
        if (writer is null) throw new InvalidOperationException($"{operation} of constants: compute it in C#.");
        var to = writer.Register(T.Prefix);
        writer.Line($"{operation}.{T.Type} {to}{text}");
        return new(writer, to);
    }

    private static Predicate Compare(string how, Real<T> a, Real<T> b)
    {
        var writer = a.Writer ?? b.Writer ?? throw new InvalidOperationException($"{how} of constants: compare them in C#.");
        var to = writer.Register("p");
        writer.Line($"setp.{how}.{T.Type} {to}, {a.Name}, {b.Name}");
        return new(writer, to);
    }
}
