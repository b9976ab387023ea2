namespace Surprisal.Cuda;

/// <content>Conversions, and memory: global at 64-bit addresses, of the block at 32-bit ones.</content>
internal sealed partial class PtxWriter
{
    public Whole<TTo> Convert<TFrom, TTo>(Whole<TFrom> value) where TFrom : struct, IFormat where TTo : struct, IFormat
    {
        var to = Register(TTo.Prefix);
        Line(TFrom.Size == TTo.Size ? $"mov.{TTo.Bits} {to}, {value.Name}" : $"cvt.{TTo.Type}.{TFrom.Type} {to}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The integer as a number, rounded to nearest.</summary>
    public Real<TTo> ToReal<TFrom, TTo>(Whole<TFrom> value) where TFrom : struct, IFormat where TTo : struct, IRealFormat
    {
        var to = Register(TTo.Prefix);
        Line($"cvt.rn.{TTo.Type}.{TFrom.Type} {to}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The same number in double; nothing is written where it is one.</summary>
    public Real<F64> Widen<T>(Real<T> value) where T : struct, IRealFormat
    {
        if (T.Size == 8) return new(value.Writer, value.Name);
        var to = Register(F64.Prefix);
        Line($"cvt.f64.{T.Type} {to}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The double rounded to nearest; nothing is written where it stays one.</summary>
    public Real<T> Narrow<T>(Real<F64> value, string rounding = "rn") where T : struct, IRealFormat
    {
        if (T.Size == 8) return new(value.Writer, value.Name);
        var to = Register(T.Prefix);
        Line($"cvt.{rounding}.{T.Type}.f64 {to}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The bits of a number as an integer of its size.</summary>
    public Whole<TTo> BitsOf<T, TTo>(Real<T> value) where T : struct, IRealFormat where TTo : struct, IFormat
    {
        var to = Register(TTo.Prefix);
        Line($"mov.{T.Bits} {to}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The number that has these bits.</summary>
    public Real<TTo> FromBits<T, TTo>(Whole<T> bits) where T : struct, IFormat where TTo : struct, IRealFormat
    {
        var to = Register(TTo.Prefix);
        Line($"mov.{T.Bits} {to}, {bits.Name}");
        return new(this, to);
    }

    /// <summary>The second number with the sign of the first.</summary>
    public Real<T> CopySign<T>(Real<T> sign, Real<T> value) where T : struct, IRealFormat
    {
        var to = Register(T.Prefix);
        Line($"copysign.{T.Type} {to}, {sign.Name}, {value.Name}");
        return new(this, to);
    }

    /// <summary>The address of element i of an array.</summary>
    public Whole<U64> At<T>(Whole<U64> array, Whole<T> i, int size) where T : struct, IFormat
    {
        var to = Register(U64.Prefix);
        if (T.Size == 8) Line($"mad.lo.u64 {to}, {i.Name}, {size}, {array.Name}");
        else Line($"mad.wide.u32 {to}, {i.Name}, {size}, {array.Name}");
        return new(this, to);
    }

    public Real<T> Load<T>(Whole<U64> address, int offset = 0) where T : struct, IRealFormat =>
        new(this, Load("global", T.Type, T.Prefix, address.Name, offset));

    public Whole<T> LoadWhole<T>(Whole<U64> address, int offset = 0) where T : struct, IFormat =>
        new(this, Load("global", T.Type, T.Prefix, address.Name, offset));

    /// <summary>Raw bits of a type that has no registers of its own, such as u8 or b16.</summary>
    public string LoadRaw(string type, string prefix, Whole<U64> address) => Load("global", type, prefix, address.Name, 0);

    public Real<T> LoadShared<T>(Whole<U32> address, int offset = 0) where T : struct, IRealFormat =>
        new(this, Load("shared", T.Type, T.Prefix, address.Name, offset));

    public void Store<T>(Whole<U64> address, Real<T> value, int offset = 0) where T : struct, IRealFormat =>
        Line($"st.global.{T.Type} [{address.Name}{Offset(offset)}], {InRegister(value).Name}");

    public void Store<T>(Whole<U64> address, Whole<T> value, int offset = 0) where T : struct, IFormat =>
        Line($"st.global.{T.Type} [{address.Name}{Offset(offset)}], {InRegister(value).Name}");

    public void StoreRaw(string type, Whole<U64> address, string register) => Line($"st.global.{type} [{address.Name}], {register}");

    public void StoreShared<T>(Whole<U32> address, Real<T> value, int offset = 0) where T : struct, IRealFormat =>
        Line($"st.shared.{T.Type} [{address.Name}{Offset(offset)}], {InRegister(value).Name}");

    /// <summary>Four neighbours at an address that is a multiple of their size.</summary>
    public Real<F32>[] Load4(Whole<U64> address)
    {
        string[] to = [Register("f"), Register("f"), Register("f"), Register("f")];
        Line($"ld.global.v4.f32 {{{string.Join(", ", to)}}}, [{address.Name}]");
        return [.. to.Select(name => new Real<F32>(this, name))];
    }

    /// <summary>Stores four neighbours, as <see cref="Load4"/> loads them.</summary>
    public void Store4(Whole<U64> address, IEnumerable<Real<F32>> values) =>
        Line($"st.global.v4.f32 [{address.Name}], {{{string.Join(", ", values.Select(static value => value.Name))}}}");

    /// <summary>Four neighbouring words of bits at an address that is a multiple of 16.</summary>
    public Whole<U32>[] LoadWords(Whole<U64> address)
    {
        string[] to = [Register("r"), Register("r"), Register("r"), Register("r")];
        Line($"ld.global.v4.u32 {{{string.Join(", ", to)}}}, [{address.Name}]");
        return [.. to.Select(name => new Whole<U32>(this, name))];
    }

    /// <summary>Stores four words, as <see cref="LoadWords"/> loads them.</summary>
    public void StoreWords(Whole<U64> address, IEnumerable<Whole<U32>> words) =>
        Line($"st.global.v4.u32 [{address.Name}], {{{string.Join(", ", words.Select(static word => word.Name))}}}");

    /// <summary>Reduces in memory, with other threads: add or min.</summary>
    public void Atomic(string operation, Whole<U64> address, Whole<U64> value, int offset = 0) =>
        Line($"red.global.{operation}.u64 [{address.Name}{Offset(offset)}], {value.Name}");

    /// <summary>Adds to a double in memory, with other threads: for sums that are the same in any order.</summary>
    public void AtomicAdd(Whole<U64> address, Real<F64> value, int offset = 0) =>
        Line($"red.global.add.f64 [{address.Name}{Offset(offset)}], {value.Name}");

    /// <summary>Older assemblers store registers only.</summary>
    private Real<T> InRegister<T>(Real<T> value) where T : struct, IRealFormat => value.Writer is null ? Variable(value) : value;

    /// <inheritdoc cref="InRegister{T}(Real{T})"/>
    private Whole<T> InRegister<T>(Whole<T> value) where T : struct, IFormat => value.Writer is null ? Variable(value) : value;

    private string Load(string space, string type, string prefix, string address, int offset)
    {
        var to = Register(prefix);
        Line($"ld.{space}.{type} {to}, [{address}{Offset(offset)}]");
        return to;
    }

    private static string Offset(int offset) => offset == 0 ? "" : $"+{offset}";
}
