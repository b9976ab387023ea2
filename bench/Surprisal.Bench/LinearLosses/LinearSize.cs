using Surprisal.Bench.Results;
using Surprisal.Bench.Works;

namespace Surprisal.Bench.LinearLosses;

/// <summary>A size at which the output layer with its loss is measured.</summary>
/// <param name="Rows">Tokens.</param>
/// <param name="Hidden">Numbers of a hidden state.</param>
/// <param name="Classes">The vocabulary.</param>
internal sealed record LinearSize(int Rows, int Hidden, int Classes)
{
    private const double Moderate = 5e11;

    public Target Products => new(new OutputProducts(Rows, Hidden, Classes));

    public Target Kept => new(new LinearOutput(Rows, Hidden, Classes, Keeps: true));

    public Target Again => new(new LinearOutput(Rows, Hidden, Classes, Keeps: false));

    /// <summary>With its logits, by us and in PyTorch's words.</summary>
    public Target Dense => new(new OutputLayer(Rows, Hidden, Classes));

    /// <summary>The works that this program answers for.</summary>
    public IEnumerable<Target> All => [Products, Kept, Again, Dense];

    /// <summary>The bytes of both gradients.</summary>
    public double GradientBytes => 4.0 * Hidden * (Rows + (double)Classes);

    /// <summary>Whether it is a point of the picture, where our own dense layer is measured too.</summary>
    public bool IsDrawn => this is { Rows: LinearPicture.Rows, Hidden: LinearPicture.Hidden };

    /// <summary>Whether that was measured at this size.</summary>
    public bool Is(LinearPoint point) => (point.Rows, point.Hidden, point.Classes) == (Rows, Hidden, Classes);

    /// <summary>How many rounds it is worth, and how many calls make it warm: seconds a call leave a few.</summary>
    public (int Rounds, int WarmCalls) Patience(bool isShort) =>
        !isShort && 6.0 * Rows * Hidden * Classes < Moderate ? (7, 2) : (3, 1);
}
