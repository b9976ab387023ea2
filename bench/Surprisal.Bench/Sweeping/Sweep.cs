using System.Diagnostics;
using System.Globalization;

namespace Surprisal.Bench.Sweeping;

/// <summary>`sweep`: the functions of the lanes over every float there is, against the truth in double.</summary>
internal sealed class Sweep
{
    private readonly List<(string Name, SweepResult Result)> functions = [];
    private readonly List<(string Name, long Count, long Different)> forms = [];
    private readonly List<string> points = [];
    private readonly string[] names;
    private readonly SweepRun.Piece[] pieces;

    private Sweep(string[] names, SweepRun.Piece[] pieces) => (this.names, this.pieces) = (names, pieces);

    public static void Run(string[] args)
    {
        var write = Array.IndexOf(args, "--write");
        var path = write < 0 ? null
            : write + 1 < args.Length ? args[write + 1]
            : throw new ArgumentException("--write needs the page to write to, docs/accuracy.md.");
        var sweep = new Sweep([.. args.Where((arg, i) => !arg.StartsWith('-') && (path is null || i != write + 1))],
            args.Contains("--short") ? SweepRun.Some : SweepRun.Every);
        if (path is not null && (sweep.names.Length > 0 || args.Contains("--short")))
            throw new ArgumentException("only the sweep of every function over every float is written.");
        sweep.All();
        if (path is null) return;
        SweepPage.Write(path, SweepPage.Section(sweep.functions, sweep.forms, SweepRival.Torch(), SweepRival.Truth(sweep.points)));
        Console.WriteLine($"{path} is written.");
    }

    private void All()
    {
        Measure<SweepFunctions.Exp>();
        Measure<SweepFunctions.Expm1>();
        Measure<SweepFunctions.Log>();
        Measure<SweepFunctions.Log1p>();
        Measure<SweepFunctions.Sigmoid>();
        Measure<SweepFunctions.LogSigmoid>();
        Measure<SweepFunctions.Softplus>();
        Measure<SweepFunctions.Tanh>();
        Compare<SweepFunctions.ExpNonPositive>();
        Compare<SweepFunctions.ExpNoUnderflow>();
        Compare<SweepFunctions.LogOfNormal>();
    }

    private void Measure<TFunction>() where TFunction : ISwept
    {
        if (names.Length > 0 && !names.Contains(TFunction.Name, StringComparer.Ordinal)) return;
        var watch = Stopwatch.StartNew();
        var r = SweepRun.Accuracy<TFunction>(pieces);
        functions.Add((TFunction.Name, r));
        points.AddRange(Points<TFunction>());
        var (name, seconds) = (TFunction.Name, watch.Elapsed.TotalSeconds);
        Say($"{name,-12} {r.Error:F4} ulp at {r.At:R}, {r.Share:P3} not the nearest, {r.Falls:N0} falls, of {r.Count:N0}; {seconds:F1} s");
    }

    private void Compare<TForm>() where TForm : IShorter
    {
        if (names.Length > 0) return;
        var watch = Stopwatch.StartNew();
        var (count, different) = SweepRun.Shorter<TForm>(pieces);
        forms.Add((TForm.Name, count, different));
        Say($"{TForm.Name}: {different:N0} of {count:N0} differ; {watch.Elapsed.TotalSeconds:F1} s");
    }

    /// <summary>Every 2,000,003rd float with its truth, where that is a number and not 0.</summary>
    private static IEnumerable<string> Points<TFunction>() where TFunction : ISwept
    {
        for (var bits = 1L; bits <= uint.MaxValue; bits += 2_000_003)
        {
            var x = BitConverter.UInt32BitsToSingle((uint)bits);
            var truth = TFunction.Truth(x);
            if (double.IsFinite(truth) && truth != 0)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{TFunction.Name} {bits:x8} {BitConverter.DoubleToInt64Bits(truth):x16}");
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
