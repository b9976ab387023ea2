namespace Surprisal.Cuda;

/// <content>What products of matrices need: sums in place, rows of a pitch that is known at run time, vectors of the block's
/// memory.</content>
internal sealed partial class PtxWriter
{
    /// <summary>sum += a b, rounded once.</summary>
    public void Accumulate<T>(Real<T> sum, Real<T> a, Real<T> b) where T : struct, IRealFormat =>
        Line($"fma.rn.{T.Type} {sum.Name}, {a.Name}, {b.Name}, {sum.Name}");

    /// <summary>The address of row i of rows that are that many bytes apart.</summary>
    public Whole<U64> Row(Whole<U64> array, Whole<U32> i, Whole<U32> bytes)
    {
        var to = Register(U64.Prefix);
        Line($"mad.wide.u32 {to}, {i.Name}, {bytes.Name}, {array.Name}");
        return new(this, to);
    }

    /// <summary>Neighbours in the memory of the block, 16 bytes at once; the address is a multiple of that.</summary>
    public Real<T>[] LoadSharedRow<T>(Whole<U32> address, int offset, int count) where T : struct, IRealFormat
    {
        var (row, many) = (new Real<T>[count], 16 / T.Size);
        for (var i = 0; i < count; i++) row[i] = new(this, Register(T.Prefix));
        for (var i = 0; i < count; i += many)
            Line($"ld.shared.v{many}.{T.Type} {{{string.Join(", ", row[i..(i + many)].Select(static value => value.Name))}}}, " +
                $"[{address.Name}{Offset(offset + i * T.Size)}]");
        return row;
    }

    /// <summary>Stores neighbours, as <see cref="LoadSharedRow"/> loads them.</summary>
    public void StoreSharedRow<T>(Whole<U32> address, Real<T>[] row) where T : struct, IRealFormat
    {
        var many = 16 / T.Size;
        for (var i = 0; i < row.Length; i += many)
            Line($"st.shared.v{many}.{T.Type} [{address.Name}{Offset(i * T.Size)}], " +
                $"{{{string.Join(", ", row[i..(i + many)].Select(static value => value.Name))}}}");
    }

    public Whole<T> LoadSharedWhole<T>(Whole<U32> address) where T : struct, IFormat =>
        new(this, Load("shared", T.Type, T.Prefix, address.Name, 0));

    public void StoreShared<T>(Whole<U32> address, Whole<T> value) where T : struct, IFormat =>
        Line($"st.shared.{T.Type} [{address.Name}], {InRegister(value).Name}");
}
