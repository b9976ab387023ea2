namespace Surprisal;

/// <summary>What becomes of the loss of each sample.</summary>
public enum Reduction
{
    /// <summary>Nothing: one loss a sample, in the shape of the targets. Ignored samples are 0.</summary>
    None,

    /// <summary>The sum over the divisor: for class indices the sum of the targets' class weights over samples that are not ignored. The default.</summary>
    Mean,

    /// <summary>The sum over samples.</summary>
    Sum,
}
