using System.Diagnostics;

namespace Surprisal.Differential;

/// <summary>Many cases, one after the other, and the counts of how they ended.</summary>
internal sealed class Run(int seed, IReadOnlyList<Case> cases)
{
    private const int Shown = 40;

    private readonly SortedDictionary<string, int[]> counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> shown = new(StringComparer.Ordinal);

    public int Unexplained { get; private set; }

    public int Count { get; private set; }

    /// <summary>Runs the cases of these numbers until the time is up.</summary>
    public void Go(int first, int count, TimeSpan time, bool trace)
    {
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        for (var number = first; number < first + count && clock.Elapsed < time; number++)
        {
            One(number, trace);
            if (clock.Elapsed - last < TimeSpan.FromSeconds(30)) continue;
            last = clock.Elapsed;
            Console.Error.WriteLine($"{number - first + 1:N0} of {count:N0} cases, {Unexplained} unexplained, {last.TotalSeconds:F0} s");
        }
    }

    /// <summary>The counts of each case and of each row, as tables.</summary>
    public void Print()
    {
        Console.WriteLine($"\n{"case",-42} {"cases",8} {"agree",8} {"refused",8} {"excused",8} {"decided",8} {"open",8}");
        foreach (var (name, count) in counts) Line(name, count);
        int[] total = [.. Enumerable.Range(0, 5).Select(verdict => counts.Values.Sum(count => count[verdict]))];
        Line("all", total);
        foreach (var (row, count) in rows) Console.WriteLine($"{count,8}  {row}");

        static void Line(string name, int[] count) =>
            Console.WriteLine($"{name,-42} {count.Sum(),8} {string.Join(" ", count.Select(static n => $"{n,8}"))}");
    }

    private void One(int number, bool trace)
    {
        var draw = new Draw(seed, number);
        var of = cases[draw.Below(cases.Count)];
        if (trace) Console.Error.WriteLine($"--case {number}: {of.Name}, {of.Element}");
        var judged = Judge.Of(of.Make(draw));
        if (!counts.TryGetValue(of.Name, out var count)) counts.Add(of.Name, count = new int[5]);
        count[(int)judged.Verdict]++;
        Count++;
        if (judged.Verdict == Verdict.Decided) rows[judged.Reason] = rows.GetValueOrDefault(judged.Reason) + 1;
        if (judged.Verdict != Verdict.Unexplained) return;
        Unexplained++;
        var key = $"{of.Name} {of.Element}";
        shown[key] = shown.GetValueOrDefault(key) + 1;
        if (shown[key] <= 2 && shown.Count <= Shown) Report(number, of, [.. draw.Taken.Skip(1)]);
    }

    private void Report(int number, Case of, IReadOnlyList<int> choices)
    {
        var call = of.Make(new Draw(Shrinking.Smallest(of, choices)));
        Console.WriteLine($"\n{of.Name}, {of.Element}: --seed {seed} --case {number}, made smaller:");
        for (var i = 0; i < call.Inputs.Count; i++) Console.WriteLine($"  var {(char)('a' + i)} = {call.Inputs[i].ToCSharp(call.Element)};");
        Console.WriteLine($"  {call.Text}");
        if (call.Upstream != 0) Console.WriteLine("  backwards with factors other than 1");
        Console.WriteLine($"  {Judge.Of(call).Reason}");
    }
}
