namespace Surprisal.Metrics;

/// <summary>What the losses of a language model add up to.</summary>
/// <remarks>
/// Of totals, never of the means of batches: a perplexity of means weighs a token by its batch. Perplexities of different tokens cannot be
/// compared; bits a byte can.
/// </remarks>
public static class TokenMetrics
{
    /// <summary>exp(loss / tokens): among how many tokens, all equally likely, the model would be as uncertain.</summary>
    /// <param name="lossSum">The sum of the tokens' losses, in nats.</param>
    /// <param name="tokens">How many tokens that were: of none it is NaN.</param>
    public static double Perplexity(double lossSum, long tokens) => Math.Exp(lossSum / tokens);

    /// <summary>loss / (ln 2 bytes): how many bits the model needs for a byte of the text.</summary>
    /// <param name="lossSum">The sum of the tokens' losses, in nats.</param>
    /// <param name="bytes">The UTF-8 bytes of the tokens that were scored, and of no others: of none it is NaN.</param>
    public static double BitsPerByte(double lossSum, long bytes) => lossSum / (Math.Log(2) * bytes);
}
