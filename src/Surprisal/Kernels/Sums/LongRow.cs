namespace Surprisal.Kernels;

/// <summary>
/// A row that one core's cache does not hold goes to all threads in pieces. Its sums are those of the pieces, added in their order, whoever
/// made them.
/// </summary>
internal static class LongRow
{
    /// <summary>The numbers of a piece, and those of the longest row that stays whole.</summary>
    public const int Piece = 65_536, MaxWhole = 4 * Piece;
}
