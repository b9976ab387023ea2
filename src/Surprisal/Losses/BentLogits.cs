using System.Buffers;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One sample's logits after cap, temperature and prior, in rented memory, and the way back for its gradient; the logits themselves where none is set.</summary>
internal ref struct BentLogits<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[]? bent, slope;
    private readonly double cap, temperature;
    private readonly T[]? shift;
    private readonly int inner;

    /// <exception cref="ArgumentException">Not as many priors as classes.</exception>
    public BentLogits(CrossEntropyLoss loss, int classes, int inner)
    {
        if (loss.Prior is { } prior && prior.Count != classes)
            throw new ArgumentException($"Prior has {prior.Count} classes, but the logits have {classes}; it needs one probability for each.", nameof(loss));
        (cap, temperature, this.inner) = (loss.SoftCap ?? 0, loss.Temperature, inner);
        if (cap == 0 && temperature == 1 && loss.Prior is null) return;
        bent = ArrayPool<T>.Shared.Rent(classes * inner);
        if (cap > 0) slope = ArrayPool<T>.Shared.Rent(classes * inner);
        if (loss.Prior is null) return;
        shift = ArrayPool<T>.Shared.Rent(classes);
        for (var c = 0; c < classes; c++) shift[c] = T.CreateTruncating(loss.PriorStrength * Scalar.Log(loss.Prior[c]));
    }

    public readonly ReadOnlySpan<T> Of(ReadOnlySpan<T> logits)
    {
        if (bent is null) return logits;
        var y = bent.AsSpan(0, logits.Length);
        logits.CopyTo(y);
        if (slope is not null)
        {
            Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / cap), y, default);
            Elementwise.Map(y, y, default(Formulas<T>.Tanh));
            Elementwise.Map(y, T.One, slope.AsSpan(0, y.Length), default(Formulas<T>.TanhGradient));
            Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(cap), y, default);
        }
        if (temperature != 1) Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / temperature), y, default);
        for (var c = 0; shift is not null && c < y.Length / inner; c++)
        {
            var row = y.Slice(c * inner, inner);
            Elementwise.Map<T, Formulas<T>.Add>(row, shift[c], row, default);
        }
        return y;
    }

    /// <summary>Turns the derivative with respect to the bent logits into that with respect to the logits; 0 stays 0.</summary>
    public readonly void Chain(Span<T> gradient)
    {
        if (bent is null || gradient.IsEmpty) return;
        if (temperature != 1) Elementwise.Map<T, Formulas<T>.Multiply>(gradient, T.CreateTruncating(1 / temperature), gradient, default);
        if (slope is not null) Elementwise.Map(gradient, slope.AsSpan(0, gradient.Length), gradient, default(Formulas<T>.MultiplyUnlessZero));
    }

    public readonly void Dispose()
    {
        if (bent is not null) ArrayPool<T>.Shared.Return(bent);
        if (slope is not null) ArrayPool<T>.Shared.Return(slope);
        if (shift is not null) ArrayPool<T>.Shared.Return(shift);
    }
}
