using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>What the kernels make of one convolution and its three gradients, and seven loops in double that say what they should.</summary>
internal sealed unsafe class ConvolutionLoops<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ConvolutionShape s;
    private readonly T[] x, w, b, dy;

    /// <param name="shape">The sizes.</param>
    /// <param name="draw">Makes so many numbers of a seed.</param>
    public ConvolutionLoops(ConvolutionShape shape, Func<int, int, T[]> draw)
    {
        s = shape;
        (x, w, b, dy) = (draw(s.N * s.InputStride, 1), draw(s.Groups * s.O * s.PatchLength, 2), draw(s.Groups * s.O, 3),
            draw(s.N * s.OutputStride, 4));
        (Y, Dx, Dw, Db) = (draw(dy.Length, 5), draw(x.Length, 6), draw(w.Length, 7), draw(b.Length, 8)); // old numbers must be overwritten
        fixed (T* px = x, pw = w, pb = b, pdy = dy, py = Y, pdx = Dx, pdw = Dw, pdb = Db)
        {
            Convolution.Forward(s, px, pw, pb, py);
            Convolution.InputGradient(s, pdy, pw, pdx);
            Convolution.WeightGradient(s, px, pdy, pdw);
            Convolution.BiasGradient(s, pdy, pdb);
        }
    }

    public T[] Y { get; }

    public T[] Dx { get; }

    public T[] Dw { get; }

    public T[] Db { get; }

    public T[] WithoutBias()
    {
        var y = new T[Y.Length];
        fixed (T* px = x, pw = w, py = y) Convolution.Forward(s, px, pw, null, py);
        return y;
    }

    /// <summary>The first number that is further from the loops' than the tolerance, relative to 1 and to its size; null where none is.</summary>
    public string? Difference(double tolerance)
    {
        var (y, dx, dw, db) = Loops();
        return Difference(y, Y, tolerance, "output") ?? Difference(dx, Dx, tolerance, "input gradient") ?? Difference(dw, Dw, tolerance, "weight gradient")
            ?? Difference(db, Db, tolerance, "bias gradient");
    }

    private (double[] Y, double[] Dx, double[] Dw, double[] Db) Loops()
    {
        var (images, weight, upstream) =
            (Array.ConvertAll(x, double.CreateChecked), Array.ConvertAll(w, double.CreateChecked), Array.ConvertAll(dy, double.CreateChecked));
        var (y, dx, dw, db) = (new double[dy.Length], new double[x.Length], new double[w.Length], new double[b.Length]);
        var (height, width, to) = (s.Oh, s.Ow, 0);
        for (var n = 0; n < s.N; n++)
        for (var o = 0; o < s.Groups * s.O; o++)
        for (var oh = 0; oh < height; oh++)
        for (var ow = 0; ow < width; ow++, to++)
        {
            var g = upstream[to];
            var sum = double.CreateChecked(b[o]);
            db[o] += g;
            for (var c = 0; c < s.C; c++)
            for (var kh = 0; kh < s.Kh; kh++)
            for (var kw = 0; kw < s.Kw; kw++)
            {
                var (row, column) = (oh * s.Stride + kh * s.Dilation - s.Top, ow * s.Stride + kw * s.Dilation - s.Left);
                if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                var (pixel, at) = (((n * s.Groups * s.C + o / s.O * s.C + c) * s.H + row) * s.W + column, ((o * s.C + c) * s.Kh + kh) * s.Kw + kw);
                sum += images[pixel] * weight[at];
                dx[pixel] += g * weight[at];
                dw[at] += g * images[pixel];
            }
            y[to] = sum;
        }
        return (y, dx, dw, db);
    }

    private string? Difference(double[] expected, T[] actual, double tolerance, string what)
    {
        for (var i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - double.CreateChecked(actual[i])) <= tolerance * (1 + Math.Abs(expected[i]))))
                return $"{typeof(T).Name} {s}: {what}[{i}] is {actual[i]:R}, expected {expected[i]:R}.";
        return null;
    }
}
