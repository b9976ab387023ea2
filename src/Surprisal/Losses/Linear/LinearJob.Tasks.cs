using Surprisal.Kernels;

namespace Surprisal;

// What threads share: the tiles of a group, then columns of the hidden states' gradient; never rows, whose sums they would cut.
internal unsafe partial struct LinearJob<TStored, T>
{
    /// <summary>The least and the most columns of a task, in widths of a micro-kernel's tile.</summary>
    private const int LeastColumns = 32, MostColumns = 256;

    /// <summary>A tile each: logits and sums, and gradients of logits, bias and weight.</summary>
    private readonly struct TileTasks(
        LinearJob<TStored, T> job, RowPanels<T> block, int row, int tile, int tiles, int firstKept, bool makesLogits, bool makesGradient)
        : IParallelBody
    {
        public int Count => tiles;

        public long Work => (long)LinearTile.Classes * block.Count * Math.Max(1, job.Features / 16);

        public void Run(int i)
        {
            var first = (tile + i) * LinearTile.Classes;
            var end = Math.Min(job.Classes, first + LinearTile.Classes);
            var panels = job.PanelsOf(tile + i - firstKept);
            var numbers = job.NumbersOf(tile + i - firstKept);
            using var scratch = new Scratch<T>(Math.Max(2 * LinearTile.Size, LinearTile.SizeOf(block.Count)), aligned: true);
            fixed (T* memory = scratch.Span)
            {
                var work = new TileWork(job, numbers, row, first, end - first, memory, memory + LinearTile.Size, isFirst: !makesGradient);
                if (makesLogits)
                {
                    LinearTile.Logits(job.WeightOf(tile), first, end, block, panels);
                    for (var at = 0; at < block.Count; at += LinearTile.Rows)
                        work.Sum(panels + (nint)at * LinearTile.Classes, at, Math.Min(LinearTile.Rows, block.Count - at));
                }
                if (!makesGradient) return;
                for (var at = 0; at < block.Count; at += LinearTile.Rows)
                {
                    var count = Math.Min(LinearTile.Rows, block.Count - at);
                    var panel = panels + (nint)at * LinearTile.Classes;
                    work.Differentiate(panel, at, count);
                    if (job.BiasGradient is not null) TileGradient.AddBias(panel, end - first, count, job.BiasGradient + first);
                }
                LinearTile.PackStrips(panels, end - first, block.Count, memory);
                Buffer.MemoryCopy(memory, panels, long.MaxValue, LinearTile.SizeOf(block.Count) * (long)sizeof(T));
            }
            if (job.WeightGradient is null) return;
            if (job.GroupGradient is null)
                LinearTile.WeightGradient(panels, first, end, block, (T*)job.WeightGradient, job.Features, row > 0);
            else
                LinearTile.WeightGradient(panels, first - tile * LinearTile.Classes, end - tile * LinearTile.Classes, block,
                    job.GroupGradient, job.Pitch, row > 0);
        }
    }

    /// <summary>Some columns each of the hidden states' gradient, to which the tiles of a group are added in order.</summary>
    private readonly struct ColumnTasks(LinearJob<TStored, T> job, RowPanels<T> block, int row, int tile, int tiles, int firstKept)
        : IParallelBody
    {
        private readonly int columns = Math.Clamp(
            MatrixMultiply.RoundUp(Partition.Pieces(job.Features, 2 * Partition.Threads), LeastColumns), LeastColumns, MostColumns);

        public int Count => tiles == 0 ? 0 : Partition.Pieces(job.Features, columns);

        public long Work => (long)tiles * LinearTile.Classes * block.Count * Math.Max(1, columns / 16);

        public void Run(int i)
        {
            var weight = job.WeightOf(tile);
            using var strip = new Scratch<T>(LinearTile.Classes * MicroKernel.MostNR<T>(), aligned: true);
            fixed (T* memory = strip.Span)
                for (var t = tile; t < tile + tiles; t++)
                    LinearTile.HiddenGradient(job.PanelsOf(t - firstKept), weight, t * LinearTile.Classes,
                        Math.Min(job.Classes, (t + 1) * LinearTile.Classes), block.Count, i * columns,
                        Math.Min(job.Features, (i + 1) * columns), memory, job.HiddenGradient + (nint)row * job.Pitch, job.Pitch, t > 0);
        }
    }

    /// <summary>The columns of one group, and the tiles of the next.</summary>
    private readonly struct GroupTasks(ColumnTasks columns, TileTasks tiles) : IParallelBody
    {
        private readonly int first = columns.Count;

        public int Count => first + tiles.Count;

        public void Run(int i)
        {
            if (i < first) columns.Run(i);
            else tiles.Run(i - first);
        }
    }
}
