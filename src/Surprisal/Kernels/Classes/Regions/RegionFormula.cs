namespace Surprisal.Kernels;

/// <summary>
/// The loss of one class's region, 1 - numerator / denominator, of I = sum p t, P = sum p (or p^2) and T = sum t: numerator i I + s,
/// denominator u I + v P + w T + s.
/// </summary>
/// <remarks>
/// So dloss/dp = -(i t denominator - numerator (u t + v q)) / denominator^2 with q = dP/dp, 1 or 2 p: a factor of t and one of q.
/// </remarks>
internal readonly record struct RegionFormula(double OfIntersection, double Shared, double Predicted, double True, double Smooth)
{
    /// <summary>The loss, and the factors of t and of q in its derivative by p.</summary>
    public (double Loss, double OfTarget, double OfPrediction) At(double intersection, double predicted, double truth)
    {
        var numerator = OfIntersection * intersection + Smooth;
        var denominator = Shared * intersection + Predicted * predicted + True * truth + Smooth;
        var score = numerator / denominator;
        return (1 - score, (score * Shared - OfIntersection) / denominator, score * Predicted / denominator);
    }
}
