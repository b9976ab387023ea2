using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One call of attention: where its heads lie, and what its gradient needs of the forward pass.</summary>
internal sealed class AttentionPass<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private T[] maxima = [];
    private double[] sums = [];

    /// <summary>How many sequences, heads of each, queries and keys of each head, and the widths of a key and of a value.</summary>
    public required (int Sequences, int Heads, int Queries, int Keys, int Width, int ValueWidth) Sizes { get; init; }

    /// <summary>Where queries, keys, values and outputs begin in their tensors.</summary>
    public (int Query, int Key, int Value) Offsets { get; init; }

    public required (HeadLayout Query, HeadLayout Key, HeadLayout Value, HeadLayout Output) Layouts { get; init; }

    public required double Scale { get; init; }

    public required KeyRanges Ranges { get; init; }

    public AttentionDropout Dropout { get; init; }

    private int HeadCount => Sizes.Sequences * Sizes.Heads;

    /// <summary>Fills the output.</summary>
    public unsafe void Forward(Tensor<T> query, Tensor<T> key, Tensor<T> value, Tensor<T> output)
    {
        var (queries, blocks) = (Sizes.Queries, Partition.Pieces(Sizes.Queries, Attention.Block));
        (maxima, sums) = (new T[HeadCount * queries], new double[HeadCount * queries]);
        fixed (T* q = query.Span, k = key.Span, v = value.Span, o = output.Span, m = maxima)
        fixed (double* l = sums)
        {
            var (pointers, to, max, sum) = (new Pointers(q, k, v), (nint)o, (nint)m, (nint)l); // fixed locals cannot be captured
            Partition.For(HeadCount * blocks, (long)Attention.Block * Sizes.Keys * (Sizes.Width + Sizes.ValueWidth) / 16, task =>
            {
                var number = task / blocks;
                Attention.Forward(Head(pointers, number), task % blocks * Attention.Block,
                    (T*)to + Layouts.Output.Start(number, Sizes.Heads), Layouts.Output.Row,
                    (T*)max + (nint)number * queries, (double*)sum + (nint)number * queries);
            });
        }
    }

    /// <summary>Fills the three gradients, which lie as query, key and value do, maybe in one tensor.</summary>
    public unsafe void Backward(
        Tensor<T> query, Tensor<T> key, Tensor<T> value, Tensor<T> output, Tensor<T> upstream,
        (Tensor<T> Query, Tensor<T> Key, Tensor<T> Value) to)
    {
        fixed (T* q = query.Span, k = key.Span, v = value.Span, o = output.Span, g = upstream.Span, m = maxima)
        fixed (T* dq = to.Query.Span, dk = to.Key.Span, dv = to.Value.Span)
        fixed (double* l = sums)
        {
            var (pointers, result, above, max, sum) = (new Pointers(q, k, v), (nint)o, (nint)g, (nint)m, (nint)l);
            var gradients = new Pointers(dq, dk, dv);
            Partition.For(HeadCount, (long)Sizes.Queries * Sizes.Keys * (Sizes.Width + Sizes.ValueWidth) / 6, number =>
            {
                var (start, row) = (Layouts.Output.Start(number, Sizes.Heads), Layouts.Output.Row);
                AttentionGradient.Run(Head(pointers, number), new((T*)result + start, row, 1), new((T*)above + start, row, 1),
                    (T*)max + (nint)number * Sizes.Queries, (double*)sum + (nint)number * Sizes.Queries, (
                        (nint)(gradients.Query + Offsets.Query + Layouts.Query.Start(number, Sizes.Heads)),
                        (nint)(gradients.Key + Offsets.Key + Layouts.Key.Start(number, Sizes.Heads)),
                        (nint)(gradients.Value + Offsets.Value + Layouts.Value.Start(number, Sizes.Heads))));
            });
        }
    }

    private unsafe AttentionHead<T> Head(Pointers at, int number) => new()
    {
        Query = new(at.Query + Offsets.Query + Layouts.Query.Start(number, Sizes.Heads), Layouts.Query.Row, 1),
        Key = new(at.Key + Offsets.Key + Layouts.Key.Start(number, Sizes.Heads), Layouts.Key.Row, 1),
        Value = new(at.Value + Offsets.Value + Layouts.Value.Start(number, Sizes.Heads), Layouts.Value.Row, 1),
        Queries = Sizes.Queries, KeyCount = Sizes.Keys, Width = Sizes.Width, ValueWidth = Sizes.ValueWidth,
        Scale = T.CreateTruncating(Scale), Ranges = Ranges, Sequence = number / Sizes.Heads, Number = number, Dropout = Dropout,
    };

    private readonly unsafe struct Pointers(T* query, T* key, T* value)
    {
        public readonly T* Query = query, Key = key, Value = value;
    }
}
