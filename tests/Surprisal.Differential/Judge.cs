namespace Surprisal.Differential;

internal enum Verdict { Agree, BothRefuse, Excused, Decided, Unexplained }

/// <summary>Whether two answers agree: PyTorch in float64 is the truth, PyTorch in the same type the excuse.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Reason">The row of a decision; what differs where nothing explains it.</param>
internal sealed record Judge(Verdict Verdict, string Reason = "")
{
    /// <summary>An answer may be so many times as far from the truth as PyTorch's in the same type.</summary>
    private const double Excuse = 3;

    public static Judge Of(Call call)
    {
        Answer ours;
        try { ours = call.Ours(); }
        catch (Exception crash) { return new(Verdict.Unexplained, $"Surprisal crashes: {crash}"); }
        var truth = call.PyTorch(inDouble: true);
        if (ours.Refusal is not null && truth.Refusal is not null) return new(Verdict.BothRefuse);
        if (ours.Refusal is not null || truth.Refusal is not null)
        {
            if (call.Decisions.FirstOrDefault(static decision => decision.Either) is { } allowed) return new(Verdict.Decided, allowed.Row);
            if (truth.Refusal is null || Instead(call, ours) is not { } row)
                return new(Verdict.Unexplained, ours.Refusal is null
                    ? $"PyTorch refuses: {First(truth.Refusal!.Message)}" : $"Surprisal refuses: {ours.Refusal.Message}");
            return new(Verdict.Decided, row);
        }
        if (Difference(call, ours, truth, null) is not { } difference) return new(Verdict.Agree);
        var same = call.Element == "double" ? truth : call.PyTorch(inDouble: false);
        if (same.Refusal is null && Difference(call, ours, truth, same) is null) return new(Verdict.Excused);
        return Instead(call, ours) is { } decided ? new(Verdict.Decided, decided) : new(Verdict.Unexplained, difference);
    }

    /// <summary>The row of the decision by which our answer is the right one; null without one.</summary>
    private static string? Instead(Call call, Answer ours) =>
        call.Decisions
            .Where(static decision => decision.Truth is not null)
            .FirstOrDefault(decision => call.PyTorch(inDouble: true, decision.Truth) is { Refusal: null } other && Difference(call, ours, other, null) is null)
            ?.Row;

    private static string? Difference(Call call, Answer ours, Answer truth, Answer? same)
    {
        if (ours.Results.Count != truth.Results.Count) return $"{ours.Results.Count} results, and {truth.Results.Count} of PyTorch";
        var inputs = call.Inputs.Select(static input => input.Largest()).DefaultIfEmpty(0).Max();
        for (var i = 0; i < ours.Results.Count; i++)
        {
            var (name, mine) = ours.Results[i];
            var right = truth.Results[i].Numbers;
            if (!mine.Shape.AsSpan().SequenceEqual(right.Shape)) return $"{name}: shape [{string.Join(", ", mine.Shape)}], PyTorch's [{string.Join(", ", right.Shape)}]";
            var also = same?.Results[i].Numbers;
            var allowed = also is null ? 0 : Excuse * right.Values.Zip(also.Values, static (t, s) => Math.Abs(t - s)).Where(double.IsFinite).DefaultIfEmpty(0).Max();
            var hidden = call.Mixes ? Math.ScaleB(Math.Max(inputs, right.Largest()), -46) : 0;
            hidden += call.Roundings * 2 * call.Epsilon * Math.Max(inputs, right.Largest());
            hidden += Math.ScaleB(call.Slack * (call.HasEdges ? 1e30 : 2), -52);
            for (var k = 0; k < mine.Values.Length; k++)
                if (!Near(call, mine[k], right[k], hidden + allowed) && !(also is not null && (mine[k].Equals(also[k]) || Near(call, mine[k], also[k], 0))))
                    return $"{name}, element {k}: {mine[k]:R}, PyTorch in float64 {right[k]:R}{Beside(call, mine, k)}\n  ours    {mine}\n  PyTorch {right}";
        }
        return null;
    }

    /// <summary>Within four units of the last place of the element type, and what double sums lose to larger numbers.</summary>
    private static bool Near(Call call, double mine, double right, double hidden)
    {
        if (mine == right || (double.IsNaN(mine) && double.IsNaN(right)) || mine.Equals(call.Round(right))) return true;
        return double.IsFinite(mine) && double.IsFinite(right) &&
            Math.Abs(mine - right) <= (call.Element == "double" ? 64 : 8) * call.Epsilon * Math.Abs(right) + 2 * call.Tiny + hidden;
    }

    /// <summary>What each decision would have given, a line each, to find out why none explains a disagreement.</summary>
    public static IEnumerable<string> Others(Call call)
    {
        var ours = call.Ours();
        foreach (var decision in call.Decisions)
            if (decision.Truth is not null && ours.Refusal is null)
            {
                var other = call.PyTorch(inDouble: true, decision.Truth);
                yield return $"{decision.Row}: {other.Refusal?.Message ?? Difference(call, ours, other, null)}";
            }
    }

    /// <summary>The inputs beside an element of a result in their shape.</summary>
    private static string Beside(Call call, Numbers result, int k) =>
        string.Concat(call.Inputs.Select((input, i) => input.Shape.AsSpan().SequenceEqual(result.Shape) ? $", {(char)('a' + i)} is {input[k]:R}" : ""));

    private static string First(string message) => message.Split('\n')[0];
}
