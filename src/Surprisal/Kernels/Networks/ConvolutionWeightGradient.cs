using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>dweight [O, C, Kh, Kw] = the sum over images and output pixels of dy times the patches of x.</summary>
/// <remarks>
/// gemm of patches(x) [C Kh Kw, pixels] with dy^T [pixels, O], so that a lane is an output channel: dy is packed, and the patches are read
/// from the image (<see cref="PatchRows"/>), a tile having neighbouring channels of one kernel element, or neighbouring elements of a row
/// of the kernel where these are more. Images are added in order in up to eight parts, and these in order: the same bits on any number of
/// threads.
/// </remarks>
internal static unsafe class ConvolutionWeightGradient
{
    /// <summary>The parts at most, and the elements that all of them should not exceed.</summary>
    private const int Parts = 8, CachedElements = 1 << 20;

    public static void Run<T>(ConvolutionShape s, T* x, T* dy, T* dweight) where T : unmanaged
    {
        var width = MatrixMultiply.RoundUp(s.O, PanelWidth<T>(s));
        var size = s.PatchLength * width;
        var parts = Math.Min(s.N, Math.Clamp(CachedElements / Math.Max(1, size), 1, Parts));
        using var sums = new Scratch<T>(parts * size);
        using var steps = new Scratch<nint>(s.OutputPixels);
        var patches = new PatchRows(s, s.Oh);
        for (var p = 0; p < s.OutputPixels; p++) steps.Span[p] = p / s.Ow * patches.Pitch + p % s.Ow;
        fixed (T* summed = sums.Span)
        fixed (nint* places = steps.Span)
        {
            var panels = width / PanelWidth<T>(s);
            var groups = Math.Min(panels, Partition.Pieces(Parts, Math.Max(1, parts))); // of output channels, where there are few images
            var tasks = new Tasks<T>(s, patches, parts, groups, places, x, dy, summed);
            Partition.For(parts * groups, ((long)s.N * s.OutputPixels / 16 + 1) * size / Math.Max(1, parts * groups), ref tasks);
            var gather = new GatherTasks<T>(s, parts, size, width, summed, dweight);
            Partition.For(Partition.Pieces(s.O, Lanes<T>.Count), (long)s.PatchLength * (parts + Lanes<T>.Count), ref gather);
        }
    }

    /// <summary>The elements of the sums and of an image's copy, with the rows that a tile reads behind the last.</summary>
    public static Int128 ScratchElements<T>(ConvolutionShape s) where T : unmanaged =>
        (Int128)s.C * s.Kh * s.Kw * (s.O + MicroKernel.MostNR<T>() - 1L) +
        PatchRows.Elements(s) / Math.Max(1, s.C) * (s.C + MissingRows(s));

    /// <summary>A part of the images times a group of micro-panels of output channels.</summary>
    private readonly struct Tasks<T>(
        ConvolutionShape s, PatchRows patches, int parts, int groups, nint* steps, T* x, T* dy, T* sums) : IParallelBody where T : unmanaged
    {
        private readonly bool isAlongRows = IsAlongRows(s);
        private readonly int panels = Partition.Pieces(s.O, PanelWidth<T>(s));

        [SkipLocalsInit]
        public void Run(int task)
        {
            var (part, group) = (task / groups, task % groups);
            var (first, end) = ((int)((long)s.N * part / parts), (int)((long)s.N * (part + 1) / parts));
            var nr = PanelWidth<T>(s);
            var isInPlace = patches.IsInPlace && s.C >= MicroKernel.MR && !isAlongRows;
            // a tile reads rows behind the last; of a single one, that again
            var stride = isAlongRows ? 1 : s.C == 1 ? 0 : patches.ChannelLength;
            var slack = isAlongRows ? MicroKernel.MR : MissingRows(s) * stride;
            using var copy = isInPlace ? default : new Scratch<T>(patches.Length + slack);
            using var packed = new Scratch<T>(MatrixMultiply.KC * nr, aligned: true);
            copy.Span.Clear();
            var places = stackalloc nint[MatrixMultiply.KC]; // of the rows of a micro-panel
            Operand<T>.Panels(null, nr, nr, 0).Steps(places, MatrixMultiply.KC);
            fixed (T* copied = copy.Span, b = packed.Span)
                for (var image = first; image < end; image++)
                {
                    var from = x + (nint)image * s.InputStride;
                    if (!isInPlace) patches.CopyInside(from, 0, copied);
                    var rows = isInPlace ? Operand<T>.InPlace(from, RowCount, stride, 0) : Operand<T>.Padded(copied, RowCount, stride);
                    for (var pixel = 0; pixel < s.OutputPixels; pixel += MatrixMultiply.KC)
                    for (var panel = panels * group / groups; panel < panels * (group + 1) / groups; panel++)
                    {
                        var products = Math.Min(MatrixMultiply.KC, s.OutputPixels - pixel);
                        Panels.Pack(dy + (nint)image * s.OutputStride + pixel, s.OutputPixels, 1, s.O, nr, panel, products,
                            b - (nint)panel * nr * products);
                        Multiply(rows, steps + pixel, b, places, products, sums + (nint)part * s.PatchLength * panels * nr + panel * nr,
                            add: image > first || pixel > 0);
                    }
                }
        }

        /// <summary>Adds the products of a few pixels to all rows of a micro-panel of C.</summary>
        private void Multiply(in Operand<T> rows, nint* pixels, T* b, nint* places, int products, T* c, bool add)
        {
            var nr = PanelWidth<T>(s);
            var (width, columns) = (panels * nr, Operand<T>.Panels(b, nr, nr, products));
            for (var i = 0; i < s.Kh * (isAlongRows ? s.C : s.Kw); i++)
            {
                var offset = isAlongRows ? patches.Offset(i / s.Kh, i % s.Kh, 0) : patches.Offset(0, i / s.Kw, i % s.Kw);
                MatrixMultiply.MacroKernel(rows.From(offset), pixels, columns, places, products, 0, RowCount, 0, nr,
                    c + (nint)i * RowCount * width, width, add);
            }
        }

        /// <summary>The rows that one kernel element, or one row of a kernel, has.</summary>
        private int RowCount => isAlongRows ? s.Kw : s.C;
    }

    /// <summary>Adds the parts, a lane block of output channels a task, and turns the rows back into the order of weights.</summary>
    private readonly struct GatherTasks<T>(ConvolutionShape s, int parts, int size, int width, T* sums, T* dweight) : IParallelBody
        where T : unmanaged
    {
        private readonly bool isAlongRows = IsAlongRows(s);

        public void Run(int task)
        {
            var first = task * Lanes<T>.Count;
            var kernel = s.Kh * s.Kw;
            for (var c = 0; c < s.C; c++)
            for (var i = 0; i < kernel; i++)
            {
                var row = isAlongRows ? c * kernel + i : i * s.C + c;
                AddParts(sums + (nint)row * width + first, size, parts, Math.Min(Lanes<T>.Count, s.O - first),
                    dweight + ((nint)first * s.C + c) * kernel + i, s.PatchLength);
            }
        }
    }

    /// <summary>target[o stride] = the sum of the parts' elements o.</summary>
    [MethodImpl(Compile.Separately)]
    private static void AddParts<T>(T* sums, nint partLength, int parts, int count, T* target, nint stride) where T : unmanaged
    {
        var sum = Lanes<T>.Zero;
        for (var part = 0; part < parts; part++) sum += Lanes<T>.Load(ref sums[part * partLength], 0);
        var elements = stackalloc T[Lanes<T>.Count];
        sum.StoreResult(ref *elements, 0);
        for (var o = 0; o < count; o++) target[o * stride] = elements[o];
    }

    /// <summary>Whether the rows of a tile are neighbours in a row of the kernel, not in the channels.</summary>
    private static bool IsAlongRows(ConvolutionShape s) => s is { Stride: 1, Dilation: 1 } && s.C < Math.Min(MicroKernel.MR / 2, s.Kw);

    /// <summary>The columns of a micro-panel of dy: one lane block where that holds all channels.</summary>
    private static int PanelWidth<T>(ConvolutionShape s) where T : unmanaged =>
        s.O <= Lanes<T>.Count ? Lanes<T>.Count : MicroKernel.NR<T>();

    /// <summary>The rows that the last tile has too few.</summary>
    private static int MissingRows(ConvolutionShape s) => s.C == 1 ? 0 : MatrixMultiply.RoundUp(s.C, MicroKernel.MR / 2) - s.C;
}
