namespace Surprisal.Cli.Language;

/// <summary>How the next token is drawn.</summary>
/// <param name="Temperature">What logits are divided by; 0 for the most likely token.</param>
/// <param name="TopK">Only so many of the likeliest; 0 for all.</param>
/// <param name="TopP">Only the likeliest until they have this share together; above 0, at most 1.</param>
/// <param name="RepetitionPenalty">How much less likely a token is that was there before; 1 for not.</param>
internal sealed record TokenSampler(double Temperature = 1, int TopK = 0, double TopP = 1, double RepetitionPenalty = 1)
{
    /// <summary>The next token.</summary>
    /// <param name="logits">Of all tokens.</param>
    /// <param name="before">The tokens so far, the prompt's too.</param>
    /// <param name="u">Uniform in [0, 1): a function of seed and position.</param>
    /// <exception cref="InvalidDataException">A logit is NaN.</exception>
    public int Next(ReadOnlySpan<float> logits, IEnumerable<long> before, double u)
    {
        var z = logits.ToArray();
        foreach (var token in before.Distinct())
            z[token] = z[token] > 0 ? z[token] / (float)RepetitionPenalty : z[token] * (float)RepetitionPenalty;
        if (Array.Exists(z, float.IsNaN)) throw new InvalidDataException("the model's logits are NaN; its weights are damaged.");
        if (Temperature == 0) return Array.IndexOf(z, z.Max());
        for (var i = 0; i < z.Length; i++) z[i] /= (float)Temperature;
        // ties go by the index, so exactly k are left
        int[] order = [.. Enumerable.Range(0, z.Length).OrderByDescending(i => z[i]).ThenBy(static i => i)];
        if (TopK > 0 && TopK < order.Length) order = order[..TopK];
        var kept = Tensor.Create<double>([.. order.Select(i => (double)z[i])]).Softmax(0).ToArray();
        var (count, sum) = (0, 0.0);
        for (; count < kept.Length && (count == 0 || sum < TopP); count++) sum += kept[count];
        var cumulative = 0.0;
        for (var i = 0; i < count; i++)
        {
            cumulative += kept[i];
            if (cumulative > u * sum) return order[i];
        }
        return order[count - 1];
    }
}
