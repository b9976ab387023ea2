using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// From exponentials e = exp(z - m_t) of a tile, m_t its own maximum, to dz = e f - q in their place, with a row in each lane: f brings the
/// exponential to the row's maximum and has the row's scale; q is the target's share of the class, scaled.
/// </summary>
internal static unsafe class TileGradient
{
    /// <summary>dz = e f: nothing but the target, which is set by itself, has a share.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Of<T>(T* e, int classes, Lanes<T> factor) where T : unmanaged
    {
        for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
            (Lanes<T>.Load(ref *e, i) * factor).Store(ref *e, i);
    }

    /// <summary>dz = e f - term w: label smoothing, with weights or without.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Smooth<T>(T* e, int classes, Lanes<T> factor, Lanes<T> term, T* weight) where T : unmanaged
    {
        var negative = -term;
        for (var c = 0; c < classes; c++, e += LinearTile.Rows)
            Lanes<T>.Fma(Lanes<T>.Load(ref *e, 0), factor, weight is null ? negative : negative * Lanes<T>.All(weight[c])).Store(ref *e, 0);
    }

    /// <summary>dz = e f - q scale.</summary>
    [MethodImpl(Compile.Separately)]
    public static void OfProbabilities<T>(T* e, int classes, Lanes<T> factor, Lanes<T> scale, T* q) where T : unmanaged
    {
        var negative = -scale;
        for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
            Lanes<T>.Fma(Lanes<T>.Load(ref *q, i), negative, Lanes<T>.Load(ref *e, i) * factor).Store(ref *e, i);
    }

    /// <summary>The sums over <paramref name="rows"/> lanes of a panel, added to those of the classes before them.</summary>
    [MethodImpl(Compile.Separately)]
    public static void AddBias<T>(T* dz, int classes, int rows, double* sums) where T : unmanaged
    {
        for (var c = 0; c < classes; c++, dz += LinearTile.Rows)
        {
            var total = default(DoubleAccumulator<T>);
            for (var i = 0; i < rows; i += Lanes<T>.Count)
                total.Add(Lanes<T>.Load(ref *dz, i).First(Math.Min(Lanes<T>.Count, rows - i)));
            sums[c] += total.Sum();
        }
    }
}
