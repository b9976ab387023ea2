using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Rotary positions: each pair (a, b) of a row becomes (a cos t - b sin t, b cos t + a sin t), with t = p
    /// base^(-2i/d).</summary>
    /// <param name="x">[.., L, d], queries or keys, d even; Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="positions">[L], or [.., L] of all rows: p of each. Default null: 0 .. L - 1.</param>
    /// <param name="rotaryBase">What the slowest angle goes by; positive. Default 10000.</param>
    /// <param name="isInterleaved">Whether pair i is elements 2i and 2i + 1, as in RoFormer and GPT-J. Default false: elements i and
    /// i + d/2, as in GPT-NeoX and Llama.</param>
    /// <remarks>Su et al. 2021. Angles, cosines and sines in double, rounded once. Lengths stay, so products of queries and keys depend on
    /// the distance of their positions alone.</remarks>
    /// <exception cref="ArgumentException">d is odd, or positions that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A base that is not positive and finite.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([[1, 2, 3, 4], [1, 2, 3, 4]]);
    /// Console.WriteLine(x.Rotary());
    /// // tensor([[ 1.0000,  2.0000,  3.0000,  4.0000],
    /// //         [-1.9841,  1.9599,  2.4624,  4.0198]])
    /// </code></example>
    public static Tensor<T> Rotary<T>(
        this Tensor<T> x, Tensor<long>? positions = null, double rotaryBase = 10000, bool isInterleaved = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Rank < 2) throw new ArgumentException($"x has shape {x.Shape}; at least [L, d] is needed.", nameof(x));
        var (length, width) = (x.Shape[^2], x.Shape[^1]);
        CheckRotary(width, rotaryBase);
        if (positions is not null && positions.Shape != [length] && positions.Shape != x.Shape[..^1])
            throw new ArgumentException($"positions has shape {positions.Shape}; for x {x.Shape} it needs [{length}] or {x.Shape[..^1]}.",
                nameof(positions));
        if (typeof(T).Is16Bit) return x.To<float>().Rotary(positions, rotaryBase, isInterleaved).To<T>();
        var places = positions is not null ? positions.ToArray() : [.. Enumerable.Range(0, length).Select(static i => (long)i)];
        return Turned(x, places, (width, width, width), rotaryBase, isInterleaved);
    }

    /// <summary>
    /// Turns the heads of the first features of each position: rows of (width of all, width that is turned, width of a head).
    /// </summary>
    internal static Tensor<T> Turned<T>(
        Tensor<T> x, long[] positions, (int Row, int Turned, int Head) widths, double rotaryBase, bool isInterleaved)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (cos, sin) = Kernels.Rotary.Table<T>(positions, widths.Head, rotaryBase);
        var half = widths.Head / 2;
        Tensor<T> Turn(Tensor<T> from, bool back)
        {
            var to = Tensor.Uninitialized<T>(from.Shape);
            ForEachPlane(widths.Row == 0 ? 0 : from.Length / widths.Row, widths.Row, row =>
            {
                var source = from.Span.Slice(row * widths.Row, widths.Row);
                var target = to.Span.Slice(row * widths.Row, widths.Row);
                source[widths.Turned..].CopyTo(target[widths.Turned..]);
                var at = row % positions.Length * half;
                for (var head = 0; head < widths.Turned; head += widths.Head)
                    Kernels.Rotary.Turn(source.Slice(head, widths.Head), cos.AsSpan(at, half), sin.AsSpan(at, half), isInterleaved, back,
                        target.Slice(head, widths.Head));
            });
            return to;
        }
        return Turn(x, back: false).Record("RotaryBackward", [], x.MakeEdge(g => Turn(g, back: true)));
    }

    internal static void CheckRotary(int width, double rotaryBase)
    {
        if (width % 2 != 0)
            throw new ArgumentException($"rows have {width} elements; rotary positions turn pairs of them, so their number is even.",
                nameof(width));
        if (!(rotaryBase > 0) || !double.IsFinite(rotaryBase))
            throw new ArgumentOutOfRangeException(nameof(rotaryBase), $"rotaryBase is {rotaryBase}; it is positive and finite.");
    }
}
