using System.Diagnostics;

namespace Surprisal.Cli.Evaluate;

/// <summary>How far a pass is, how fast, and how long it will take, on one line of a terminal; nothing where nobody watches.</summary>
internal sealed class EvaluateProgress : IDisposable
{
    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(100);

    private readonly LiveLine line = new(Console.Error);
    private readonly bool isLive = !Console.IsErrorRedirected && Screen.Here.IsLive;

    /// <summary>Follows a pass over so many samples of so many bytes each.</summary>
    public IProgress<long>? Pass(string what, long samples, double bytesPerSample) =>
        isLive ? new OfPass(line, what, samples, bytesPerSample) : null;

    public void Dispose()
    {
        if (isLive) line.Clear();
    }

    private sealed class OfPass(LiveLine line, string what, long samples, double bytesPerSample) : IProgress<long>
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private TimeSpan drawn;

        public void Report(long done)
        {
            if (clock.Elapsed - drawn < redraw) return;
            drawn = clock.Elapsed;
            var share = (double)done / samples;
            var left = TimeSpan.FromSeconds(Math.Min(drawn.TotalSeconds * (1 - share) / Math.Max(share, 1e-9), 1e9));
            var speed = done * bytesPerSample / drawn.TotalSeconds / 1e9;
            line.Draw(Screen.Here.FirstThatFits(
                $"{what} {100 * share,5:F1} %  {speed:F2} GB/s  {left:hh\\:mm\\:ss} left",
                $"{100 * share,5:F1} %  {speed:F2} GB/s", $"{100 * share:F0} %"));
        }
    }
}
