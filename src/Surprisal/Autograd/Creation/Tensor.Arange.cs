using System.Globalization;

namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>The whole numbers 0 .. <paramref name="end"/> - 1.</summary>
    /// <param name="end">Where to stop, itself not included; not below 0, at which there is nothing.</param>
    /// <inheritdoc cref="Arange{T}(T, T)" path="/exception"/>
    public static Tensor<T> Arange<T>(T end) where T : unmanaged, INumber<T> => Arange(T.Zero, end);

    /// <summary>start, start + 1, ... up to but without <paramref name="end"/>.</summary>
    /// <param name="start">The first number; of a float its shortest decimal counts.</param>
    /// <param name="end">Where to stop; not below the start, at which there is nothing.</param>
    /// <exception cref="ArgumentException">An end below the start, a number that is not finite, or more elements than a tensor
    /// holds.</exception>
    public static Tensor<T> Arange<T>(T start, T end) where T : unmanaged, INumber<T> => end < start
        ? throw new ArgumentException($"end is {end}, below the start {start}; a step of 1 does not lead there.", nameof(end))
        : Arange(start, end, T.One);

    /// <summary>start, start + step, ... up to but without <paramref name="end"/>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">Where to stop, itself not included; at the start there is nothing.</param>
    /// <param name="step">What is added each time; not 0, and negative where the end is below the start.</param>
    /// <remarks>
    /// Whole numbers are counted exactly. Others are computed in double and rounded once, and a float is read as its shortest decimal: 0.1f
    /// is 0.1.
    /// </remarks>
    /// <exception cref="ArgumentException">A step that is zero or leads away from the end, a number that is not finite, or more elements
    /// than a tensor holds.</exception>
    public static Tensor<T> Arange<T>(T start, T end, T step) where T : unmanaged, INumber<T>
    {
        if (!T.IsFinite(start) || !T.IsFinite(end))
            throw new ArgumentException($"from {start} to {end} there is no last number; both must be finite.",
                T.IsFinite(start) ? nameof(end) : nameof(start));
        if (!T.IsFinite(step) || T.IsZero(step) || (end != start && end > start != step > T.Zero))
            throw new ArgumentException($"step is {step}, which does not lead from {start} to {end}.", nameof(step));
        var (from, by) = (Decimal(start), Decimal(step));
        var isWhole = T.IsInteger(start) && T.IsInteger(end) && T.IsInteger(step);
        var count = isWhole
            ? Steps(BigInteger.CreateChecked(end) - BigInteger.CreateChecked(start), BigInteger.CreateChecked(step))
            : double.Ceiling((Decimal(end) - from) / by);
        if (count > Array.MaxLength)
            throw new ArgumentException(
                $"from {start} to {end} by {step} are {count} elements; a tensor holds at most {Array.MaxLength}.", nameof(end));
        var values = new T[(int)count];
        for (var i = 0; i < values.Length; i++)
            values[i] = typeof(T).IsFloatingPoint
                ? T.CreateTruncating(from + i * by)
                : start + T.CreateTruncating(i) * step; // wrapping, the sum fits again
        return new Tensor<T>(values, [values.Length]);
    }

    /// <summary>How many steps fit before the end.</summary>
    private static double Steps(BigInteger span, BigInteger step) => span.IsZero ? 0 : (double)((span + step - span.Sign) / step);

    /// <summary>The number that was meant: the shortest decimal that rounds to it.</summary>
    private static double Decimal<T>(T value) where T : INumber<T>
    {
        var exact = double.CreateTruncating(value);
        for (var digits = 0; digits < 9 && typeof(T) != typeof(double); digits++)
            if (double.Parse(exact.ToString($"E{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var shorter
                && T.CreateTruncating(shorter) == value)
                return shorter;
        return exact;
    }
}
