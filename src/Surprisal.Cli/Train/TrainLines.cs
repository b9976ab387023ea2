namespace Surprisal.Cli;

/// <summary>The figures of a training as lines that fit a screen; a narrow one shows fewer of them, none is broken.</summary>
internal static class TrainLines
{
    private const int MaxBar = 24;

    /// <summary>What is known while an epoch runs.</summary>
    /// <param name="Epoch">From 1.</param>
    /// <param name="Epochs">In all.</param>
    /// <param name="Share">Of the whole training, 0 .. 1.</param>
    /// <param name="Loss">The mean of the epoch so far.</param>
    /// <param name="Accuracy">Of the epoch so far.</param>
    /// <param name="RowsPerSecond">Since the start.</param>
    /// <param name="Left">The time that is left at that speed.</param>
    public sealed record Progress(int Epoch, int Epochs, double Share, double Loss, double Accuracy, double RowsPerSecond, TimeSpan Left);

    /// <summary>What is known at the end of an epoch.</summary>
    public sealed record Finished(
        int Epoch,
        int Epochs,
        double Loss,
        double Accuracy,
        double ValidationLoss,
        double ValidationAccuracy,
        double Seconds)
    {
        /// <summary>What <see cref="ValidationAccuracy"/> is where it is something else.</summary>
        public string Measure { get; init; } = "accuracy";
    }

    public static string Epoch(Finished f, Screen screen)
    {
        var epoch = $"{f.Epoch.ToString().PadLeft(Math.Max(3, f.Epochs.ToString().Length))}/{f.Epochs}";
        var (loss, accuracy, validationLoss, validationAccuracy, time) =
            (Number(f.Loss), Percent(f.Accuracy), Number(f.ValidationLoss), Percent(f.ValidationAccuracy), $"{f.Seconds,6:F1} s");
        return screen.FirstThatFits(
            $"epoch {epoch}  loss {loss}  accuracy {accuracy}  validation loss {validationLoss}  {f.Measure} {validationAccuracy}  {time}",
            $"epoch {epoch}  loss {loss} {accuracy}  validation {validationLoss} {validationAccuracy}  {time}",
            $"{epoch}  loss {loss}  validation {validationLoss} {validationAccuracy}",
            $"{epoch}  validation {validationLoss} {validationAccuracy}",
            $"{epoch}  {validationAccuracy}");
    }

    /// <summary>The line that is drawn over and over; a column shorter than the screen, so that the cursor stays on it.</summary>
    public static string Bar(Progress p, Screen screen)
    {
        var narrower = screen with { Columns = screen.Columns - 1 };
        var epoch = $"{p.Epoch}/{p.Epochs}";
        var (percent, loss, accuracy) = ($"{Math.Floor(100 * p.Share),3:F0} %", Number(p.Loss), Percent(p.Accuracy));
        var left = p.Left.TotalHours < 100 ? $"{(int)p.Left.TotalHours}:{p.Left:mm\\:ss} left" : "";
        var (bar, half) = (DrawBar(p.Share, MaxBar, screen), DrawBar(p.Share, MaxBar / 2, screen));
        return narrower.FirstThatFits(
            $"epoch {epoch}  {bar} {percent}  loss {loss}  accuracy {accuracy}  {p.RowsPerSecond,7:F0} rows/s  {left}",
            $"epoch {epoch}  {bar} {percent}  loss {loss} {accuracy}  {left}",
            $"{epoch}  {half} {percent}  loss {loss}",
            $"{half} {percent}",
            percent);
    }

    /// <summary>Four digits behind the point; what is too large or too small for that with an exponent.</summary>
    public static string Number(double value) =>
        double.IsFinite(value) && Math.Abs(value) is >= 1e4 or (> 0 and < 1e-4) ? value.ToString("0.##E+0") : value.ToString("F4");

    /// <summary>What a sample is: 3 x 28 x 28, or 4 inputs.</summary>
    public static string Sample(TensorShape shape) =>
        shape.Rank == 1 ? Counted.Of(shape[0], "input") : string.Join(" x ", shape);

    public static string Share(double share) => double.IsNaN(share) ? "-" : $"{share:P1}";

    private static string Percent(double share) => $"{share,8:P2}";

    private static string DrawBar(double share, int columns, Screen screen)
    {
        var full = (int)(Math.Clamp(share, 0, 1) * columns);
        var (done, open) = screen.IsAscii ? ('#', '-') : ('\u2501', '\u2500');
        return new string(done, full) + new string(open, columns - full);
    }
}
