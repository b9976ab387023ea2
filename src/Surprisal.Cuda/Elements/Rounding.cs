namespace Surprisal.Cuda;

/// <summary>Roundings that take more than one instruction.</summary>
internal static class Rounding
{
    /// <summary>
    /// A double to a float that will be rounded to 16 bits: towards zero, and where a digit is lost the last bit is set, so that the second
    /// rounding is as good as one (Boldo, Melquiond 2008).
    /// </summary>
    public static Real<F32> ToOdd(PtxWriter writer, Real<F64> value)
    {
        var near = writer.Narrow<F32>(value, "rz");
        var isExact = Real<F64>.Equal(writer.Widen(near), value);
        var bits = writer.BitsOf<F32, U32>(near);
        return writer.FromBits<U32, F32>(Whole<U32>.Select(isExact, bits, bits | 1));
    }

    /// <summary>The upper half of a float, to nearest, ties to even, for cards that have no instruction for it; a NaN stays one.</summary>
    public static Whole<U32> ToUpperHalf(PtxWriter writer, Real<F32> value)
    {
        var bits = writer.BitsOf<F32, U32>(value);
        var upper = bits >> 16;
        var rounded = bits + 0x7FFF + (upper & 1) >> 16;
        return Whole<U32>.Select(Real<F32>.Equal(value, value), rounded, upper | 0x40);
    }

    /// <summary>Two floats rounded to a word of two halves, f16x2 or bf16x2.</summary>
    public static Whole<U32> ToHalves(PtxWriter writer, string halves, Real<F32> low, Real<F32> high)
    {
        var to = writer.Register(U32.Prefix);
        writer.Line($"cvt.rn.{halves}.f32 {to}, {high.Name}, {low.Name}");
        return new(writer, to);
    }
}
