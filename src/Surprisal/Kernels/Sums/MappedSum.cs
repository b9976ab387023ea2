using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Sums of f(x) in double: x [n] -> a number, f computed in double too. One pass over x, by fixed blocks.</summary>
internal static class MappedSum
{
    private const int Block = 65_536, Piece = 1024;

    /// <summary>The sum of f(x).</summary>
    public static double Of<T, TOp>(ReadOnlySpan<T> x, TOp f) where T : unmanaged, INumberBase<T> where TOp : struct, IUnary<double>
    {
        if (x.Length <= Block) return OfBlock(x, f);
        var blocks = new Blocks<T, TOp>(x, f);
        return Partition.Sum(Partition.Pieces(x.Length, Block), Block, ref blocks);
    }

    [SkipLocalsInit]
    private static double OfBlock<T, TOp>(ReadOnlySpan<T> x, TOp f)
        where T : unmanaged, INumberBase<T>
        where TOp : struct, IUnary<double>
    {
        Span<double> buffer = stackalloc double[Math.Min(x.Length, Piece)];
        var total = default(CompensatedSum);
        for (var start = 0; start < x.Length; start += Piece)
        {
            var piece = buffer[..Math.Min(Piece, x.Length - start)];
            TensorPrimitives.ConvertTruncating(x.Slice(start, piece.Length), piece);
            Elementwise.Map(piece, piece, f);
            total.Add(Reductions.Sum<double>(piece));
        }
        return total.Value;
    }

    private readonly ref struct Blocks<T, TOp>(ReadOnlySpan<T> x, TOp f) : IParallelSum
        where T : unmanaged, INumberBase<T>
        where TOp : struct, IUnary<double>
    {
        private readonly ReadOnlySpan<T> x = x;

        public double Run(int block) => OfBlock(x[Partition.PieceRange(block, x.Length, Block)], f);
    }
}

/// <summary>What <see cref="MappedSum"/> adds up for variances and norms.</summary>
internal static class Summands
{
    /// <summary>(x - mean)^2.</summary>
    public readonly struct SquaredDeviation(double mean) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x)
        {
            var d = x - Lanes<double>.All(mean);
            return d * d;
        }
    }

    /// <summary>|x / scale|^p.</summary>
    public readonly struct Power(double p, double scale) : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) => Kernels.Power.Pow((x / Lanes<double>.All(scale)).Abs(), p);
    }

    /// <summary>1 where x is not 0, NaN too.</summary>
    public readonly struct NonZero : IUnary<double>
    {
        public Lanes<double> Apply(Lanes<double> x) =>
            Lanes<double>.And(Lanes<double>.NotEqual(x, Lanes<double>.Zero), Lanes<double>.All(1));
    }
}
