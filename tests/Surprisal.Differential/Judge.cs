namespace Surprisal.Differential;

internal enum Verdict { Agree, BothRefuse, Excused, Decided, Unexplained }

/// <summary>Whether two answers agree: PyTorch in float64 is the truth, PyTorch in the same type the excuse.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Reason">The row of a decision; what differs where nothing explains it.</param>
internal sealed record Judge(Verdict Verdict, string Reason = "")
{
    /// <summary>An element may be so many times as far from the truth as the farthest of PyTorch's in the same type.</summary>
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
            if (call.Decisions.FirstOrDefault(static decision => decision.Either) is { } allowed && Rows.Has(allowed.Row))
                return new(Verdict.Decided, allowed.Row);
            if (ours.Refusal is not null) return new(Verdict.Unexplained, $"Surprisal refuses: {ours.Refusal.Message}");
        }
        else if (Difference(call, ours, [new(truth, Verdict.Agree)]).Verdict == Verdict.Agree) return new(Verdict.Agree);
        var judged = Difference(call, ours, References(call, truth));
        if (judged.Verdict == Verdict.Decided && !Rows.Has(judged.Reason)) return new(Verdict.Unexplained, $"{Rows.Page} has no row \"{judged.Reason}\".");
        return truth.Refusal is null || judged.Verdict == Verdict.Decided ? judged
            : new(Verdict.Unexplained, $"PyTorch refuses: {truth.Refusal.Message.Split('\n')[0]}");
    }

    /// <summary>The truth, the excuse, and what decisions make of it.</summary>
    private static List<Reference> References(Call call, Answer truth)
    {
        var references = new List<Reference> { new(truth, Verdict.Agree) };
        if (call.Element != "double") references.Add(new(call.PyTorch(inDouble: false), Verdict.Excused));
        foreach (var decision in call.Decisions)
            if (decision.Truth is not null)
            {
                references.Add(new(call.PyTorch(inDouble: true, decision.Truth), Verdict.Decided, decision.Row));
                if (call.Element != "double") references.Add(new(call.PyTorch(inDouble: false, decision.Truth), Verdict.Decided, decision.Row));
            }
        references.RemoveAll(static reference => reference.Answer.Refusal is not null);
        return references;
    }

    /// <summary>Every element has to be one of the references'; the verdict is that of the last one that was needed.</summary>
    private static Judge Difference(Call call, Answer ours, List<Reference> references)
    {
        var worst = new Judge(Verdict.Agree);
        var inputs = call.Inputs.Select(static input => input.Largest()).DefaultIfEmpty(0).Max();
        for (var i = 0; i < ours.Results.Count; i++)
        {
            var (name, mine) = ours.Results[i];
            var fitting = references.FindAll(reference => i < reference.Answer.Results.Count && Numbers(reference).Shape.SequenceEqual(mine.Shape));
            if (fitting.Count == 0)
                return new(Verdict.Unexplained, $"{name} has shape [{string.Join(", ", mine.Shape)}]; PyTorch's results are\n" +
                    string.Join("\n", references[0].Answer.Results.Select(static result => $"    {result.Name} {result.Numbers}")));
            var hidden = fitting.ConvertAll(reference => Hidden(call, name, inputs, Numbers(reference)) + Allowed(Numbers(fitting[0]), reference, i));
            for (var k = 0; k < mine.Values.Length; k++)
            {
                var found = 0;
                while (found < fitting.Count && !Near(call, mine[k], Numbers(fitting[found])[k], Numbers(fitting[0])[k], hidden[found])) found++;
                if (found == fitting.Count)
                    return new(Verdict.Unexplained, $"{name}, element {k}: {mine[k]:R}{Beside(call, mine, k)}\n" +
                        string.Join("\n", fitting.Select(reference => $"    {Numbers(reference)[k]:R} {reference}")));
                if (fitting[found].Verdict > worst.Verdict) worst = new(fitting[found].Verdict, fitting[found].Row);
            }

            Numbers Numbers(Reference reference) => reference.Answer.Results[i].Numbers;
        }
        return worst;
    }

    /// <summary>What double sums lose to larger numbers, and what a call says of itself.</summary>
    private static double Hidden(Call call, string name, double inputs, Numbers right)
    {
        var largest = Math.Max(inputs, right.Largest());
        var hidden = call.Mixes ? Math.ScaleB(largest, -44) : 0;
        if (call.Roundings > 0) hidden += call.Roundings * 2 * call.Epsilon * Math.Max(largest, inputs * inputs);
        var isGradient = name.StartsWith("gradient", StringComparison.Ordinal) || call.Differentiable == 0;
        return isGradient ? hidden + call.Slack * 2 * call.Epsilon * (call.HasEdges ? 1e30 : 2) : hidden;
    }

    /// <summary>How far from the truth one may be because PyTorch in the same type is.</summary>
    private static double Allowed(Numbers truth, Reference reference, int result)
    {
        if (reference.Verdict != Verdict.Excused) return 0;
        var distances = truth.Values.Zip(reference.Answer.Results[result].Numbers.Values, static (right, same) => Math.Abs(right - same));
        return Excuse * distances.Where(double.IsFinite).DefaultIfEmpty(0).Max();
    }

    /// <summary>Within four units of the last place of the element type of a reference; or, where that is allowed more, of the truth.</summary>
    private static bool Near(Call call, double mine, double right, double truth, double hidden)
    {
        if (mine == right || (double.IsNaN(mine) && double.IsNaN(right)) || mine.Equals(call.Round(right))) return true;
        if (!double.IsFinite(mine)) return false;
        var relative = (call.Element == "double" ? 512 : 8) * call.Epsilon;
        return Math.Abs(mine - right) <= relative * Math.Abs(right) + 2 * call.Tiny + hidden || Math.Abs(mine - truth) <= relative * Math.Abs(truth) + hidden;
    }

    /// <summary>The inputs beside an element of a result in their shape.</summary>
    private static string Beside(Call call, Numbers result, int k) =>
        string.Concat(call.Inputs.Select((input, i) => input.Shape.AsSpan().SequenceEqual(result.Shape) ? $", {(char)('a' + i)} is {input[k]:R}" : ""));

    private sealed record Reference(Answer Answer, Verdict Verdict, string Row = "")
    {
        public override string ToString() => Verdict switch
        {
            Verdict.Agree => "PyTorch in float64", Verdict.Excused => "PyTorch in this type", _ => Row,
        };
    }
}
