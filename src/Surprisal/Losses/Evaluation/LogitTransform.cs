using System.Buffers;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// Applies soft cap, temperature and class prior to logits in a buffer, y = cap tanh(x / cap) / temperature + ln prior, and their
/// derivative to the gradient; made once for an evaluation.
/// </summary>
internal readonly struct LogitTransform<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly double cap, temperature;
    private readonly int classes;
    private readonly T[]? shift;

    /// <exception cref="ArgumentException">Not as many priors as classes.</exception>
    public LogitTransform(CrossEntropyLoss loss, int classes)
    {
        if (loss.Prior is { } prior && prior.Count != classes)
            throw ArgumentNames.Misfit($"Prior has {prior.Count} classes, but the logits have {classes}; " +
                "it needs one probability for each.", nameof(CrossEntropyLoss.Prior));
        (cap, temperature, this.classes) = (loss.SoftCap ?? 0, loss.Temperature, classes);
        IsNeeded = cap > 0 || temperature != 1 || loss.Prior is not null;
        if (loss.Prior is null) return;
        shift = ArrayPool<T>.Shared.Rent(classes);
        for (var c = 0; c < classes; c++) shift[c] = T.CreateTruncating(loss.PriorStrength * Scalar.Log(loss.Prior[c]));
    }

    /// <summary>Whether the logits do not stay as they are.</summary>
    public bool IsNeeded { get; }

    /// <summary>
    /// Transforms the logits [samples, classes, inner] in place; returns the slopes that <see cref="Backward"/> wants, rented, where they
    /// are not all one.
    /// </summary>
    public T[]? Apply(Span<T> y, int inner)
    {
        if (!IsNeeded) return null;
        T[]? slopes = null;
        if (cap > 0)
        {
            slopes = ArrayPool<T>.Shared.Rent(y.Length);
            Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / cap), y, default);
            Elementwise.Map(y, y, default(Formulas<T>.Tanh));
            Elementwise.Map(y, T.One, slopes.AsSpan(0, y.Length), default(Formulas<T>.TanhGradient));
            Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(cap), y, default);
        }
        if (temperature != 1) Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / temperature), y, default);
        for (var (i, c) = (0, 0); shift is not null && i < y.Length; i += inner, c = (c + 1) % classes)
        {
            var row = y.Slice(i, inner);
            Elementwise.Map<T, Formulas<T>.Add>(row, shift[c], row, default);
        }
        return slopes;
    }

    /// <summary>
    /// Turns the derivative with respect to the transformed logits into that with respect to the logits, where 0 stays 0; gives the slopes
    /// back.
    /// </summary>
    public void Backward(Span<T> gradient, T[]? slopes)
    {
        if (!IsNeeded) return;
        if (temperature != 1) Elementwise.Map<T, Formulas<T>.Multiply>(gradient, T.CreateTruncating(1 / temperature), gradient, default);
        if (slopes is null) return;
        Elementwise.Map(gradient, slopes.AsSpan(0, gradient.Length), gradient, default(Formulas<T>.MultiplyUnlessZero));
        ArrayPool<T>.Shared.Return(slopes);
    }

    public void Dispose()
    {
        if (shift is not null) ArrayPool<T>.Shared.Return(shift);
    }
}
