using Surprisal.Kernels;

namespace Surprisal;

internal unsafe partial struct LinearJob<TStored, T>
{
    /// <summary>What happens to the elements of a tile between its products.</summary>
    /// <param name="job">The evaluation.</param>
    /// <param name="numbers">Where the tile's statistics go.</param>
    /// <param name="row">The block's first row.</param>
    /// <param name="first">The tile's first class.</param>
    /// <param name="classes">How many it has.</param>
    /// <param name="scratch">A panel for logits, where those in the tile are to stay.</param>
    /// <param name="shares">A panel for the targets' shares.</param>
    /// <param name="isFirst">Whether the statistics are not known yet: what the rows hold is then theirs, and later their results.</param>
    private readonly struct TileWork(
        LinearJob<TStored, T> job, TileNumbers numbers, int row, int first, int classes, T* scratch, T* shares, bool isFirst)
    {
        /// <summary>From products to logits, and their sums; without a cap exponentials are left in their place.</summary>
        public void Sum(T* panel, int at, int rows)
        {
            if (job.Probabilities is not null) ReadShares(row + at, rows);
            for (var lane = 0; lane < rows; lane += Lanes<T>.Count)
            {
                var z = panel + lane;
                job.Logits.AddBias(z, classes, job.Bias is null ? null : job.Bias + first);
                var count = Math.Min(Lanes<T>.Count, rows - lane);
                if (job.Logits.HasCap && !isFirst) continue; // Differentiate makes them, from the products
                if (job.Scores.IsWanted || job.Logits.HasCap)
                {
                    z = scratch + lane;
                    CopyLogits(panel + lane, z);
                    if (job.Scores.IsWanted) job.Scores.AddChosen(z, first, classes, row + at + lane, count);
                }
                Sum(z, shares + lane, at + lane, count);
            }
        }

        /// <summary>From exponentials, or under a cap from products, to the gradient of the products.</summary>
        public void Differentiate(T* panel, int at, int rows)
        {
            if (job.Probabilities is not null) ReadShares(row + at, rows);
            for (var lane = 0; lane < rows; lane += Lanes<T>.Count)
            {
                var e = panel + lane;
                var count = Math.Min(Lanes<T>.Count, rows - lane);
                if (job.Logits.HasCap)
                {
                    e = scratch + lane;
                    job.Logits.Cap(panel + lane, classes, e);
                    Sum(e, shares + lane, at + lane, count);
                }
                Differentiate(e, shares + lane, at + lane, count);
                if (job.Logits.HasCap) job.Logits.CapGradient(e, classes, panel + lane);
            }
        }

        /// <summary>Logits to where their exponentials will be; scores need those in the tile, but not what was under the cap.</summary>
        private void CopyLogits(T* from, T* to)
        {
            if (job.Logits.HasCap)
            {
                job.Logits.Cap(from, classes, to);
                if (!job.Scores.IsWanted) return;
                var products = from;
                from = to;
                to = products;
            }
            for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows) Lanes<T>.Load(ref *from, i).Store(ref *to, i);
        }

        /// <summary>The statistics of one lane block of rows; at is its place in the block.</summary>
        private void Sum(T* z, T* q, int at, int count)
        {
            if (job.HasSmoothing && isFirst)
                TileSums.Weighted(z, classes, job.ClassWeight is null ? null : job.ClassWeight + first, Of(numbers.Cost, at));
            var isTarget = job.Probabilities is null;
            for (var i = 0; i < count && isTarget && !job.Scores.IsWanted; i++)
            {
                var target = job.Rows.Pivots[row + at + i] - first;
                if ((uint)target >= (uint)classes) continue;
                var logit = z + (nint)target * LinearTile.Rows + i;
                if (isFirst) job.Rows.Pivot[row + at + i] = double.CreateTruncating(*logit);
                *logit = T.NegativeInfinity; // its exponential is 0
            }
            var max = TileSums.Max(z, classes, out var low);
            max.StoreAsDouble(ref *numbers.Max, at);
            if (isTarget) TileSums.Exp(z, classes, max, low, Of(numbers.ExpSum, at));
            else SumProbabilities(z, q, at, count, max);
        }

        private void SumProbabilities(T* z, T* q, int at, int count, Lanes<T> max)
        {
            TileSums.Costs(z, classes, q, max, Of(numbers.Total, at), Of(numbers.Cost, at));
            var top = TileSums.ArgMax(z, classes, max);
            for (var i = 0; i < count; i++)
            {
                var c = int.CreateTruncating(top.Value[i]);
                numbers.Top[at + i] = first + c;
                numbers.TopShare[at + i] = double.CreateTruncating(q[(nint)c * LinearTile.Rows + i]);
                z[(nint)c * LinearTile.Rows + i] = T.NegativeInfinity;
            }
            TileSums.Exp(z, classes, max, Lanes<T>.All(T.NegativeInfinity), Of(numbers.ExpSum, at));
            for (var i = 0; i < count; i++) z[(nint)int.CreateTruncating(top.Value[i]) * LinearTile.Rows + i] = T.One;
        }

        private void Differentiate(T* e, T* q, int at, int count)
        {
            double* memory = stackalloc double[16];
            for (var i = 0; i < Lanes<T>.Count; i += Lanes<double>.Count)
                ((Lanes<double>.Load(ref *numbers.Max, at + i) - Lanes<double>.Load(ref *job.Rows.Max, row + at + i)).ExpNonPositive()
                    * Lanes<double>.Load(ref *job.Rows.Factor, row + at + i)).Store(ref *memory, i);
            var factor = Lanes<T>.LoadFromDouble(ref *memory, 0);
            var term = Lanes<T>.LoadFromDouble(ref *job.Rows.Term, row + at);
            if (job.Probabilities is not null) TileGradient.OfProbabilities(e, classes, factor, term, q);
            else if (job.HasSmoothing)
                TileGradient.Smooth(e, classes, factor, term, job.ClassWeight is null ? null : job.ClassWeight + first);
            else TileGradient.Of(e, classes, factor);
            for (var i = 0; i < count; i++)
            {
                var pivot = job.Rows.Pivots[row + at + i] - first;
                if ((uint)pivot < (uint)classes)
                    e[(nint)pivot * LinearTile.Rows + i] = T.CreateTruncating(job.Rows.PivotGradient[row + at + i]);
            }
        }

        /// <summary>q = w (t (1 - s) + s / C) of a panel, with a row in each lane.</summary>
        private void ReadShares(int from, int rows)
        {
            var (kept, spread) = (T.CreateTruncating(1 - job.LabelSmoothing), T.CreateTruncating(job.LabelSmoothing / job.Classes));
            for (var i = 0; i < rows; i++)
            {
                var t = job.Probabilities + (nint)job.RowOf(from + i) * job.Classes + first;
                for (var c = 0; c < classes; c++)
                {
                    var q = T.CreateTruncating(t[c]);
                    if (job.LabelSmoothing > 0) q = T.FusedMultiplyAdd(q, kept, spread);
                    shares[(nint)c * LinearTile.Rows + i] = job.ClassWeight is null ? q : q * job.ClassWeight[first + c];
                }
            }
            for (var i = rows; i < MatrixMultiply.RoundUp(rows, Lanes<T>.Count); i++)
            for (var c = 0; c < classes; c++)
                shares[(nint)c * LinearTile.Rows + i] = T.Zero;
        }

        private static Span<double> Of(double* numbers, int at) => new(numbers + at, Lanes<T>.Count);
    }
}
