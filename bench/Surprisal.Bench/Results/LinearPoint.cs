using System.Text.Json.Serialization;

namespace Surprisal.Bench.Results;

/// <summary>An output layer with its loss, forward and backward, by each side: rows x hidden numbers x classes.</summary>
/// <param name="Rows">Tokens.</param>
/// <param name="Hidden">Numbers of a hidden state.</param>
/// <param name="Classes">The vocabulary.</param>
/// <param name="Rounds">How many rounds the medians are of.</param>
/// <param name="Products">The milliseconds of the three matrix products alone.</param>
/// <param name="Kept">The loss that never holds the logits, as it is by default.</param>
/// <param name="Again">The same where logits are made again.</param>
/// <param name="Dense">Our own product and loss on the tape, which hold them; null where it was not measured.</param>
/// <param name="PyTorch">linear and cross_entropy, in the faster of its two configurations; null where there is none.</param>
internal sealed record LinearPoint(
    int Rows, int Hidden, int Classes, int Rounds, double Products, LinearSide Kept, LinearSide Again, LinearSide? Dense,
    LinearSide? PyTorch)
{
    /// <summary>The bytes of the logits.</summary>
    [JsonIgnore]
    public double LogitBytes => 4.0 * Rows * Classes;
}
