namespace Surprisal.Cuda;

/// <summary>A register of one bit: what a comparison leaves, and branches and selections ask.</summary>
internal readonly record struct Predicate(PtxWriter Writer, string Name)
{
    public static Predicate operator &(Predicate a, Predicate b) => Combine("and.pred", a, b);

    public static Predicate operator |(Predicate a, Predicate b) => Combine("or.pred", a, b);

    public static Predicate operator !(Predicate a)
    {
        var to = a.Writer.Register("p");
        a.Writer.Line($"not.pred {to}, {a.Name}");
        return new(a.Writer, to);
    }

    private static Predicate Combine(string operation, Predicate a, Predicate b)
    {
        var to = a.Writer.Register("p");
        a.Writer.Line($"{operation} {to}, {a.Name}, {b.Name}");
        return new(a.Writer, to);
    }
}
