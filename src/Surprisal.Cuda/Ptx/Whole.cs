using System.Globalization;

namespace Surprisal.Cuda;

/// <summary>A register or constant of integers, which wrap around.</summary>
/// <param name="Writer">Null for a constant.</param>
/// <param name="Name">The register, or the constant.</param>
internal readonly record struct Whole<T>(PtxWriter? Writer, string Name) where T : struct, IFormat
{
    /// <summary>A constant, so that counts read as they are; the bits of a negative one are its two's complement.</summary>
    public static implicit operator Whole<T>(long value) => new(null, value.ToString(CultureInfo.InvariantCulture));

    public static Whole<T> operator +(Whole<T> a, Whole<T> b) => New($"add.{T.Type}", a, b.Name);

    public static Whole<T> operator -(Whole<T> a, Whole<T> b) => New($"sub.{T.Type}", a, b.Name);

    public static Whole<T> operator *(Whole<T> a, Whole<T> b) => New($"mul.lo.{T.Type}", a, b.Name);

    public static Whole<T> operator /(Whole<T> a, Whole<T> b) => New($"div.{T.Type}", a, b.Name);

    public static Whole<T> operator %(Whole<T> a, Whole<T> b) => New($"rem.{T.Type}", a, b.Name);

    public static Whole<T> operator &(Whole<T> a, Whole<T> b) => New($"and.{T.Bits}", a, b.Name);

    public static Whole<T> operator |(Whole<T> a, Whole<T> b) => New($"or.{T.Bits}", a, b.Name);

    public static Whole<T> operator <<(Whole<T> a, int count) => New($"shl.{T.Bits}", a, count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Keeps the sign of a format that has one.</summary>
    public static Whole<T> operator >>(Whole<T> a, int count) => New($"shr.{T.Type}", a, count.ToString(CultureInfo.InvariantCulture));

    public static Predicate operator <(Whole<T> a, Whole<T> b) => Compare("lt", a, b);

    public static Predicate operator >(Whole<T> a, Whole<T> b) => Compare("gt", a, b);

    public static Predicate operator <=(Whole<T> a, Whole<T> b) => Compare("le", a, b);

    public static Predicate operator >=(Whole<T> a, Whole<T> b) => Compare("ge", a, b);

    public static Predicate Equal(Whole<T> a, Whole<T> b) => Compare("eq", a, b);

    public static Predicate NotEqual(Whole<T> a, Whole<T> b) => Compare("ne", a, b);

    public static Whole<T> Select(Predicate condition, Whole<T> yes, Whole<T> no)
    {
        var to = condition.Writer.Register(T.Prefix);
        condition.Writer.Line($"selp.{T.Bits} {to}, {yes.Name}, {no.Name}, {condition.Name}");
        return new(condition.Writer, to);
    }

    public static Whole<T> Min(Whole<T> a, Whole<T> b) => New($"min.{T.Type}", a, b.Name);

    private static Whole<T> New(string operation, Whole<T> a, string b)
    {
        var writer = a.Writer ?? throw new InvalidOperationException($"{operation}: a constant goes second.");
        var to = writer.Register(T.Prefix);
        writer.Line($"{operation} {to}, {a.Name}, {b}");
        return new(writer, to);
    }

    private static Predicate Compare(string how, Whole<T> a, Whole<T> b)
    {
        var writer = a.Writer ?? throw new InvalidOperationException($"setp.{how}: a constant goes second.");
        var to = writer.Register("p");
        writer.Line($"setp.{how}.{T.Type} {to}, {a.Name}, {b.Name}");
        return new(writer, to);
    }
}
