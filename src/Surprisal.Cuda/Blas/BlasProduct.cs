namespace Surprisal.Cuda;

/// <summary>C [m, n] = alpha op(A) [m, k] op(B) [k, n] + (adds ? C : 0), by columns.</summary>
/// <param name="M">The rows of C.</param>
/// <param name="N">Its columns.</param>
/// <param name="K">The products of each element.</param>
/// <param name="Alpha">The factor of all of them.</param>
/// <param name="A">The first factor.</param>
/// <param name="B">The second.</param>
/// <param name="C">The result.</param>
/// <param name="Adds">Whether C is added to.</param>
/// <param name="MayRound">Whether factors of float may be rounded to TF32.</param>
internal readonly record struct BlasProduct(
    int M, int N, int K, double Alpha, BlasMatrix A, BlasMatrix B, BlasMatrix C, bool Adds, bool MayRound);

/// <summary>A matrix by columns.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="Pitch">The elements from one column to the next.</param>
/// <param name="Type">What they are.</param>
/// <param name="IsTransposed">Whether op transposes it.</param>
internal readonly record struct BlasMatrix(ulong Start, int Pitch, ElementType Type, bool IsTransposed = false);
