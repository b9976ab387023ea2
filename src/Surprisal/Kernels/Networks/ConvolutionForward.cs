using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>y = weight patches(x) + bias: x [N, C, H, W], weight [O, C, Kh, Kw], bias [O] or null -> y [N, O, Oh, Ow].</summary>
/// <remarks>
/// gemm with the weights packed once and the patches read where they are (<see cref="PatchRows"/>). A task is a band of output rows of one
/// image, whose sums stay in L2 until the bias is added and what lies between the rows is left out.
/// </remarks>
internal static unsafe class ConvolutionForward
{
    /// <summary>The elements of a band's sums, and of what they are made from; and the tasks that are enough for all threads.</summary>
    private const int CachedElements = 65_536, EnoughTasks = 8, MinColumns = 128;

    public static void Run<T>(ConvolutionShape s, T* x, T* weight, T* bias, T* y) where T : unmanaged
    {
        if (s.N == 0 || s.O == 0) return;
        var rows = BandRows(s);
        var patches = new PatchRows(s, rows);
        using var offsets = new Scratch<nint>(s.PatchLength);
        using var packed = new Scratch<T>(PackedRows(s) * s.PatchLength, aligned: true);
        patches.Offsets(offsets.Span);
        fixed (nint* places = offsets.Span)
        fixed (T* panels = packed.Span)
        {
            var pack = new PackTasks<T>(s, weight, panels);
            Partition.For(pack.Count, (long)s.PatchLength * MicroKernel.MR, ref pack);
            var bands = new Bands<T>(s, patches, rows, places, x, panels, bias, y);
            Partition.For(s.N * bands.PerImage, (long)rows * patches.Pitch * s.O * s.PatchLength / 16, ref bands);
        }
    }

    /// <summary>The elements of packed weights and of an image's copy.</summary>
    public static Int128 ScratchElements<T>(ConvolutionShape s) where T : unmanaged =>
        (s.O + MicroKernel.MR - 1L) * s.C * s.Kh * s.Kw + PatchRows.Elements(s) + MicroKernel.MostNR<T>();

    /// <summary>Output rows of a task: as many as stay in L2, fewer where that makes too few tasks.</summary>
    public static int BandRows(ConvolutionShape s)
    {
        var pitch = s.Ow + (s.ExtentX - 1) / s.Stride;
        var cached = (int)Math.Clamp(CachedElements / ((long)Math.Max(s.O, s.C) * pitch), 1, s.Oh);
        var shared = Math.Max((s.Oh * s.N + EnoughTasks - 1L) / EnoughTasks, (MinColumns + pitch - 1L) / pitch);
        return (int)Math.Min(cached, shared);
    }

    /// <summary>The rows of the packed weights, of whole micro-panels.</summary>
    private static int PackedRows(ConvolutionShape s) => MatrixMultiply.RoundUp(s.O, MicroKernel.MR);

    private readonly struct PackTasks<T>(ConvolutionShape s, T* weight, T* panels) : IParallelBody where T : unmanaged
    {
        public int Count => Partition.Pieces(s.O, MicroKernel.MR);

        public void Run(int task)
        {
            for (var depth = 0; depth < s.PatchLength; depth += MatrixMultiply.KC)
                Panels.Pack(weight + depth, s.PatchLength, 1, s.O, MicroKernel.MR, task, Math.Min(MatrixMultiply.KC, s.PatchLength - depth),
                    panels + (nint)depth * PackedRows(s));
        }
    }

    private readonly struct Bands<T>(
        ConvolutionShape s, PatchRows patches, int rows, nint* offsets, T* x, T* weights, T* bias, T* y) : IParallelBody where T : unmanaged
    {
        public int PerImage => Partition.Pieces(s.Oh, rows);

        [SkipLocalsInit]
        public void Run(int task)
        {
            var (image, first) = (task / PerImage, task % PerImage * rows);
            var count = Math.Min(rows, s.Oh - first);
            var columns = patches.Columns(count);
            var from = x + (nint)image * s.InputStride;
            var isInPlace = patches.IsInPlace && columns >= MicroKernel.NR<T>();
            // Whole lane blocks are read, and written, up to a tile behind the end.
            var slack = MicroKernel.NR<T>();
            using var copy = isInPlace ? default : new Scratch<T>(patches.Length + slack);
            using var sums = new Scratch<T>(s.O * columns + slack);
            fixed (T* copied = copy.Span, summed = sums.Span)
            {
                if (isInPlace) from += (nint)first * s.W;
                else
                {
                    copy.Span.Clear();
                    patches.CopyInside(from, first, copied);
                }
                var b = isInPlace ? Operand<T>.InPlace(from, columns, 1, 0) : Operand<T>.Padded(copied, columns, 1);
                var steps = stackalloc nint[MatrixMultiply.KC];
                if (s.PatchLength == 0) sums.Span.Clear();
                for (var depth = 0; depth < s.PatchLength; depth += MatrixMultiply.KC)
                {
                    var products = Math.Min(MatrixMultiply.KC, s.PatchLength - depth);
                    var a = Operand<T>.Panels(weights + (nint)depth * PackedRows(s), s.O, MicroKernel.MR, products);
                    a.Steps(steps, products);
                    MatrixMultiply.MacroKernel(
                        a, steps, b, offsets + depth, products, 0, s.O, 0, columns, summed, columns, add: depth > 0);
                }
                for (var o = 0; o < s.O; o++)
                    AddBias(summed + (nint)o * columns, patches.Pitch, count, s.Ow, bias is null ? default : bias[o],
                        y + (nint)image * s.OutputStride + (nint)o * s.OutputPixels + (nint)first * s.Ow);
            }
        }
    }

    /// <summary>y[i, j] = x[i, j] + bias; rows of x are <paramref name="pitch"/> apart, those of y follow each other.</summary>
    [MethodImpl(Compile.Separately)]
    private static void AddBias<T>(T* x, int pitch, int rows, int columns, T bias, T* y) where T : unmanaged
    {
        var term = Lanes<T>.All(bias);
        for (var i = 0; i < rows; i++, x += pitch, y += columns)
        for (var j = 0; j < columns; j += Lanes<T>.Count)
        {
            var sum = Lanes<T>.Load(ref *x, j) + term;
            // what is written behind the end of a row is the beginning of the next, which follows
            if ((long)(rows - i) * columns - j >= Lanes<T>.Count) sum.StoreResult(ref *y, j);
            else sum.StoreResult(ref *y, j, columns - j);
        }
    }
}
