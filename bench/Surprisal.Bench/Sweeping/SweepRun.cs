using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Surprisal.Kernels;

namespace Surprisal.Bench.Sweeping;

/// <summary>
/// Runs a function over bit patterns of floats, in pieces on all processors; the answer does not depend on how many there are.
/// </summary>
internal static class SweepRun
{
    private const int Block = 4096;

    /// <summary>Patterns start, start + step, ...</summary>
    internal readonly record struct Piece(uint Start, int Count, int Step);

    /// <summary>Every pattern.</summary>
    public static Piece[] Every { get; } = [.. Enumerable.Range(0, 1 << 12).Select(static i => new Piece((uint)i << 20, 1 << 20, 1))];

    /// <summary>Every 4099th pattern, and all near the values where something changes.</summary>
    public static Piece[] Some { get; } =
    [
        .. Enumerable.Range(0, 256).Select(static i => new Piece((uint)i << 24, (1 << 24) / 4099 / 16 * 16, 4099)),
        .. from edge in (float[])[0, 1e-38f, 1e-4f, 0.3465736f, 0.5f, 0.70710677f, 1, 2, 9, 17, 20, 22, 40, 87, 88.37f, 88.72284f,
            103.97208f, float.MaxValue, float.PositiveInfinity]
           from sign in (uint[])[0, 0x80000000]
           select new Piece(Math.Max(BitConverter.SingleToUInt32Bits(edge), 2048) - 2048 + sign, 4096, 1),
    ];

    public static SweepResult Accuracy<TFunction>(Piece[] pieces) where TFunction : ISwept =>
        Run(pieces, Accuracy<TFunction>).Aggregate(default(SweepResult), static (sum, next) => sum.With(next));

    /// <summary>How many inputs are allowed and how many of them have other bits in the shorter form.</summary>
    public static (long Count, long Different) Shorter<TForm>(Piece[] pieces) where TForm : IShorter =>
        Run(pieces, Shorter<TForm>)
            .Aggregate((Count: 0L, Different: 0L), static (sum, next) => (sum.Count + next.Count, sum.Different + next.Different));

    private static TResult[] Run<TResult>(Piece[] pieces, Func<Piece, TResult> run)
    {
        var results = new TResult[pieces.Length];
        Parallel.For(0, pieces.Length, i => results[i] = run(pieces[i]));
        return results;
    }

    private static SweepResult Accuracy<TFunction>(Piece piece) where TFunction : ISwept
    {
        Span<float> x = stackalloc float[Block], y = stackalloc float[Block];
        var (worst, at) = (0.0, 0f);
        long count = 0, missed = 0, falls = 0;
        var negative = piece.Start >> 31 != 0;
        // The piece before ends one step earlier, but not with the other sign.
        var before = (piece.Start & 0x7FFFFFFF) == 0 || piece.Step != 1
            ? float.NaN
            : TFunction.Ours(Lanes<float>.All(BitConverter.UInt32BitsToSingle(piece.Start - 1))).Value.ToScalar();
        for (var done = 0; done < piece.Count; done += Block)
        {
            var length = Math.Min(Block, piece.Count - done);
            for (var i = 0; i < length; i += Lanes<float>.Count)
            {
                var input = Inputs(piece, done + i);
                input.Store(ref x[0], i);
                TFunction.Ours(input).Store(ref y[0], i);
            }
            for (var i = 0; i < length; i++)
            {
                var (value, actual) = (x[i], y[i]);
                if (negative ? actual > before : actual < before) falls++;
                before = actual;
                var truth = TFunction.Truth(value);
                if (!float.IsNaN(value)) count++;
                var distance = SweepResult.Distance(actual, truth);
                if (distance > worst) (worst, at) = (distance, value);
                if (distance != 0 && actual != (float)truth) missed++;
            }
        }
        return new(count, worst, at, missed, falls);
    }

    private static (long Count, long Different) Shorter<TForm>(Piece piece) where TForm : IShorter
    {
        Span<float> x = stackalloc float[Lanes<float>.Count], full = stackalloc float[x.Length], shorter = stackalloc float[x.Length];
        var (count, different) = (0L, 0L);
        for (var done = 0; done < piece.Count; done += x.Length)
        {
            var input = Inputs(piece, done);
            input.Store(ref x[0], 0);
            TForm.Full(input).Store(ref full[0], 0);
            TForm.Short(input).Store(ref shorter[0], 0);
            for (var i = 0; i < x.Length; i++)
                if (TForm.Allowed(x[i]))
                {
                    count++;
                    var same = BitConverter.SingleToInt32Bits(full[i]) == BitConverter.SingleToInt32Bits(shorter[i])
                        || (float.IsNaN(full[i]) && float.IsNaN(shorter[i]));
                    if (!same) different++;
                }
        }
        return (count, different);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<float> Inputs(Piece piece, int done) =>
        new((Vector512.Create(piece.Start + (uint)(done * piece.Step))
            + Vector512<uint>.Indices * Vector512.Create((uint)piece.Step)).AsSingle());
}
