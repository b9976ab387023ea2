namespace Surprisal.Cuda;

/// <summary>What a formula is made of.</summary>
/// <param name="X">The input, or of a difference x - y.</param>
/// <param name="Y">The target.</param>
/// <param name="PosWeight">The weight of the positive part, which is loaded where it is asked for.</param>
/// <param name="Options">The loss's numbers, of every element the same.</param>
internal readonly record struct ElementOperands<T>(Real<T> X, Real<T> Y, Func<Real<T>> PosWeight, Real<T>[] Options)
    where T : struct, IRealFormat;
