namespace Surprisal.Kernels;

/// <summary>
/// Where the pixels of an enlarged side come from: nearest floor(i step), or between two neighbours; step is what the caller's size or
/// factor says, exact fractions of sizes by <see cref="Length"/> and <see cref="Outputs"/>.
/// </summary>
/// <param name="Length">The pixels of the side.</param>
/// <param name="Outputs">Those of the enlarged side.</param>
/// <param name="Step">The pixels from one output to the next; NaN for <paramref name="Length"/> / <paramref name="Outputs"/>.</param>
/// <param name="AlignCorners">Whether the first and last pixels stay at the corners; of two neighbours only.</param>
internal readonly record struct Upsampling(int Length, int Outputs, double Step, bool AlignCorners)
{
    /// <summary>The pixel that output i repeats.</summary>
    public int Nearest(int i) => double.IsNaN(Step) ? (int)((long)i * Length / Outputs) : (int)Math.Min(Math.Floor(i * Step), Length - 1);

    /// <summary>The two pixels that output i lies between, and the second one's part.</summary>
    public (int First, int Second, double Part) Between(int i)
    {
        var step = !double.IsNaN(Step) ? Step : (double)Length / Outputs;
        var at = AlignCorners ? Outputs > 1 ? i * ((Length - 1.0) / (Outputs - 1)) : 0 : Math.Max(0, (i + 0.5) * step - 0.5);
        var first = (int)Math.Min(Math.Floor(at), Length - 1);
        return (first, Math.Min(first + 1, Length - 1), Math.Clamp(at - first, 0, 1));
    }

    /// <summary>y [rows.Outputs, columns.Outputs] of one image x [rows.Length, columns.Length]: its pixels, repeated.</summary>
    public static void Repeat<T>(Upsampling rows, ReadOnlySpan<int> columns, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged
    {
        var width = x.Length / rows.Length;
        for (var i = 0; i < rows.Outputs; i++)
        {
            var from = x.Slice(rows.Nearest(i) * width, width);
            var to = y.Slice(i * columns.Length, columns.Length);
            for (var j = 0; j < to.Length; j++) to[j] = from[columns[j]];
        }
    }

    /// <summary>The same between four neighbours, in double and rounded once.</summary>
    public static void Blend<T>(
        Upsampling rows, ReadOnlySpan<(int First, int Second, double Part)> columns, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        var width = x.Length / rows.Length;
        for (var i = 0; i < rows.Outputs; i++)
        {
            var (first, second, part) = rows.Between(i);
            var (above, below) = (first * width, second * width);
            var to = y.Slice(i * columns.Length, columns.Length);
            for (var j = 0; j < to.Length; j++)
            {
                var (left, right, beside) = columns[j];
                var top = (1 - beside) * double.CreateTruncating(x[above + left]) + beside * double.CreateTruncating(x[above + right]);
                var bottom = (1 - beside) * double.CreateTruncating(x[below + left]) + beside * double.CreateTruncating(x[below + right]);
                to[j] = Scalar.Round<T>((1 - part) * top + part * bottom);
            }
        }
    }

    /// <summary>The transpose of <see cref="Repeat"/>: sums [rows.Length, width] += dy.</summary>
    public static void AddRepeated<T>(Upsampling rows, ReadOnlySpan<int> columns, ReadOnlySpan<T> dy, Span<double> sums)
        where T : unmanaged, INumberBase<T>
    {
        var width = sums.Length / rows.Length;
        for (var i = 0; i < rows.Outputs; i++)
        {
            var to = sums.Slice(rows.Nearest(i) * width, width);
            var from = dy.Slice(i * columns.Length, columns.Length);
            for (var j = 0; j < from.Length; j++) to[columns[j]] += double.CreateTruncating(from[j]);
        }
    }

    /// <summary>The transpose of <see cref="Blend"/>: sums [rows.Length, width] += dy times what each pixel had.</summary>
    public static void AddBlended<T>(
        Upsampling rows, ReadOnlySpan<(int First, int Second, double Part)> columns, ReadOnlySpan<T> dy, Span<double> sums)
        where T : unmanaged, INumberBase<T>
    {
        var width = sums.Length / rows.Length;
        for (var i = 0; i < rows.Outputs; i++)
        {
            var (first, second, part) = rows.Between(i);
            var (above, below) = (first * width, second * width);
            var from = dy.Slice(i * columns.Length, columns.Length);
            for (var j = 0; j < from.Length; j++)
            {
                var (left, right, beside) = columns[j];
                var g = double.CreateTruncating(from[j]);
                var (top, bottom) = ((1 - part) * g, part * g);
                sums[above + left] += (1 - beside) * top;
                sums[above + right] += beside * top;
                sums[below + left] += (1 - beside) * bottom;
                sums[below + right] += beside * bottom;
            }
        }
    }
}
