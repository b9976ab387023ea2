namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>Numbers at equal distances from <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    /// <param name="start">The first number; the only one of a single step.</param>
    /// <param name="end">The last number; it may be below the first.</param>
    /// <param name="steps">How many numbers, at least 0.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it. Default false.</param>
    /// <remarks>
    /// In double, each counted from the nearer end and rounded once: the ends are exact, and the middle of -a and a is 0.
    /// </remarks>
    /// <exception cref="ArgumentException">A negative number of steps.</exception>
    public static Tensor<T> Linspace<T>(T start, T end, int steps, bool requiresGrad = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (steps < 0) throw new ArgumentException($"number of steps must be non-negative, but steps is {steps}", nameof(steps));
        var values = new T[steps];
        var (first, last, gaps) = (double.CreateTruncating(start), double.CreateTruncating(end), steps - 1);
        for (var i = 0; i < steps; i++)
        {
            var (near, far, distance) = 2L * i <= gaps ? (first, last, i) : (last, first, gaps - i);
            var gap = (far - near) * distance / gaps;
            if (2 * distance == gaps) gap = far / 2 - near / 2; // so that near + gap is 0 for -a and a
            else if (!double.IsFinite(gap)) gap = far / gaps * distance - near / gaps * distance; // of doubles that are too far apart
            values[i] = T.CreateTruncating(distance == 0 ? near : near + gap);
        }
        return new Tensor<T>(values, [steps]).WithGrad(requiresGrad);
    }
}
