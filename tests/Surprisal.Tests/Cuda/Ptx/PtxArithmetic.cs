using System.Runtime.CompilerServices;

namespace Surprisal.Tests.Cuda;

/// <summary>What the instructions compute: the list of all that a text may use. Numbers round as IEEE 754 says; every NaN that is made is 7FFFFFFF.</summary>
internal static class PtxArithmetic
{
    public static readonly IReadOnlyDictionary<string, PtxFunction> Functions = new Dictionary<string, PtxFunction>(StringComparer.Ordinal)
    {
        ["add.rn.f32"] = static (a, b, _) => Bits(Single(a) + Single(b)),
        ["sub.rn.f32"] = static (a, b, _) => Bits(Single(a) - Single(b)),
        ["mul.rn.f32"] = static (a, b, _) => Bits(Single(a) * Single(b)),
        ["div.rn.f32"] = static (a, b, _) => Bits(Single(a) / Single(b)),
        ["fma.rn.f32"] = static (a, b, c) => Bits(MathF.FusedMultiplyAdd(Single(a), Single(b), Single(c))),
        ["neg.f32"] = static (a, _, _) => a ^ 0x80000000,
        ["copysign.f32"] = static (a, b, _) => (a & 0x80000000) | (b & 0x7FFFFFFF),
        ["copysign.f64"] = static (a, b, _) => (a & 1UL << 63) | (b & ~(1UL << 63)),
        ["abs.f32"] = static (a, _, _) => a & 0x7FFFFFFF,
        ["add.rn.f64"] = static (a, b, _) => Bits(Double(a) + Double(b)),
        ["sub.rn.f64"] = static (a, b, _) => Bits(Double(a) - Double(b)),
        ["mul.rn.f64"] = static (a, b, _) => Bits(Double(a) * Double(b)),
        ["div.rn.f64"] = static (a, b, _) => Bits(Double(a) / Double(b)),
        ["fma.rn.f64"] = static (a, b, c) => Bits(Math.FusedMultiplyAdd(Double(a), Double(b), Double(c))),
        ["neg.f64"] = static (a, _, _) => a ^ (1UL << 63),
        ["abs.f64"] = static (a, _, _) => a & ~(1UL << 63),
        ["cvt.f64.f32"] = static (a, _, _) => Bits((double)Single(a)),
        ["cvt.rn.f32.f64"] = static (a, _, _) => Bits((float)Double(a)),
        ["cvt.rz.f32.f64"] = static (a, _, _) => Bits(TowardsZero(Double(a))),
        ["cvt.f32.f16"] = static (a, _, _) => Bits((float)BitConverter.UInt16BitsToHalf((ushort)a)),
        ["cvt.rn.f16.f32"] = static (a, _, _) => ToHalf(a),
        ["cvt.rn.bf16.f32"] = static (a, _, _) => ToBFloat16(a),
        ["cvt.rn.f16x2.f32"] = static (high, low, _) => ToHalf(high) << 16 | ToHalf(low),
        ["cvt.rn.bf16x2.f32"] = static (high, low, _) => ToBFloat16(high) << 16 | ToBFloat16(low),
        ["cvt.rn.f64.u64"] = static (a, _, _) => Bits((double)a),
        ["cvt.rn.f64.s64"] = static (a, _, _) => Bits((double)(long)a),
        ["cvt.rn.f64.u32"] = static (a, _, _) => Bits((double)(uint)a),
        ["cvt.rn.f32.s32"] = static (a, _, _) => Bits((float)(int)a),
        ["cvt.u32.u16"] = static (a, _, _) => (ushort)a,
        ["cvt.u16.u32"] = static (a, _, _) => (ushort)a,
        ["cvt.u64.u32"] = static (a, _, _) => (uint)a,
        ["cvt.u32.u64"] = static (a, _, _) => (uint)a,
        ["cvt.s32.s64"] = static (a, _, _) => (uint)a,
        ["mov.f32"] = Same, ["mov.f64"] = Same, ["mov.b64"] = Same,
        ["mov.b32"] = static (a, _, _) => (uint)a, ["mov.u32"] = static (a, _, _) => (uint)a,
        ["add.u32"] = static (a, b, _) => (uint)a + (uint)b & 0xFFFFFFFF,
        ["add.s32"] = static (a, b, _) => (uint)(a + b),
        ["sub.u32"] = static (a, b, _) => (uint)(a - b),
        ["sub.s32"] = static (a, b, _) => (uint)(a - b),
        ["add.u64"] = static (a, b, _) => a + b,
        ["add.s64"] = static (a, b, _) => a + b,
        ["sub.s64"] = static (a, b, _) => a - b,
        ["mul.lo.u32"] = static (a, b, _) => (uint)(a * b),
        ["mul.lo.u64"] = static (a, b, _) => a * b,
        ["div.u32"] = static (a, b, _) => (uint)a / (uint)b,
        ["rem.u32"] = static (a, b, _) => (uint)a % (uint)b,
        ["min.u32"] = static (a, b, _) => Math.Min((uint)a, (uint)b),
        ["mad.wide.u32"] = static (a, b, c) => (ulong)(uint)a * (uint)b + c,
        ["mad.lo.u64"] = static (a, b, c) => a * b + c,
        ["and.b32"] = static (a, b, _) => (uint)(a & b),
        ["or.b32"] = static (a, b, _) => (uint)(a | b),
        ["and.b64"] = static (a, b, _) => a & b,
        ["shl.b32"] = static (a, b, _) => b > 31 ? 0 : (uint)a << (int)b,
        ["shl.b64"] = static (a, b, _) => b > 63 ? 0 : a << (int)b,
        ["shr.u32"] = static (a, b, _) => b > 31 ? 0 : (uint)a >> (int)b,
        ["shr.s32"] = static (a, b, _) => (uint)((int)a >> (int)Math.Min(b, 31)),
        ["shr.s64"] = static (a, b, _) => (ulong)((long)a >> (int)Math.Min(b, 63)),
        ["and.pred"] = static (a, b, _) => a & b,
        ["or.pred"] = static (a, b, _) => a | b,
        ["not.pred"] = static (a, _, _) => a ^ 1,
        ["selp.f32"] = Choose, ["selp.f64"] = Choose, ["selp.b32"] = Choose, ["selp.b64"] = Choose,
        ["setp.lt.f32"] = static (a, b, _) => Bit(Single(a) < Single(b)),
        ["setp.gt.f32"] = static (a, b, _) => Bit(Single(a) > Single(b)),
        ["setp.eq.f32"] = static (a, b, _) => Bit(Single(a) == Single(b)),
        ["setp.ge.f32"] = static (a, b, _) => Bit(Single(a) >= Single(b)),
        ["setp.le.f32"] = static (a, b, _) => Bit(Single(a) <= Single(b)),
        ["setp.le.f64"] = static (a, b, _) => Bit(Double(a) <= Double(b)),
        ["setp.lt.f64"] = static (a, b, _) => Bit(Double(a) < Double(b)),
        ["setp.gt.f64"] = static (a, b, _) => Bit(Double(a) > Double(b)),
        ["setp.ge.f64"] = static (a, b, _) => Bit(Double(a) >= Double(b)),
        ["setp.eq.f64"] = static (a, b, _) => Bit(Double(a) == Double(b)),
        ["setp.lt.u32"] = static (a, b, _) => Bit((uint)a < (uint)b),
        ["setp.gt.u32"] = static (a, b, _) => Bit((uint)a > (uint)b),
        ["setp.ge.u32"] = static (a, b, _) => Bit((uint)a >= (uint)b),
        ["setp.eq.u32"] = static (a, b, _) => Bit((uint)a == (uint)b),
        ["setp.ne.u32"] = static (a, b, _) => Bit((uint)a != (uint)b),
        ["setp.lt.s32"] = static (a, b, _) => Bit((int)a < (int)b),
        ["setp.ge.s32"] = static (a, b, _) => Bit((int)a >= (int)b),
        ["setp.lt.u64"] = static (a, b, _) => Bit(a < b),
        ["setp.ge.u64"] = static (a, b, _) => Bit(a >= b),
        ["setp.eq.u64"] = static (a, b, _) => Bit(a == b),
        ["setp.ne.u64"] = static (a, b, _) => Bit(a != b),
        ["setp.eq.s64"] = static (a, b, _) => Bit(a == b),
        ["setp.ge.s64"] = static (a, b, _) => Bit((long)a >= (long)b),
    };

    private static ulong Same(ulong a, ulong b, ulong c) => a;

    private static ulong Choose(ulong a, ulong b, ulong p) => p != 0 ? a : b;

    private static float TowardsZero(double value)
    {
        var nearest = (float)value;
        if (!(Math.Abs((double)nearest) > Math.Abs(value))) return nearest;
        return float.IsInfinity(nearest) ? MathF.CopySign(float.MaxValue, nearest) : MathF.CopySign(MathF.BitDecrement(MathF.Abs(nearest)), nearest);
    }

    private static ulong ToHalf(ulong a) => float.IsNaN(Single(a)) ? 0x7FFFUL : BitConverter.HalfToUInt16Bits((Half)Single(a));

    private static ulong ToBFloat16(ulong a) => float.IsNaN(Single(a)) ? 0x7FFFUL : ((uint)a + 0x7FFFU + (((uint)a >> 16) & 1)) >> 16;

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(float value) => float.IsNaN(value) ? 0x7FFFFFFFUL : BitConverter.SingleToUInt32Bits(value);

    private static ulong Bits(double value) => double.IsNaN(value) ? 0x7FFFFFFFFFFFFFFFUL : BitConverter.DoubleToUInt64Bits(value);

    private static ulong Bit(bool value) => value ? 1UL : 0;
}
