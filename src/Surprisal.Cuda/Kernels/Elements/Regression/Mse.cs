namespace Surprisal.Cuda;

/// <summary>Squared error: d^2. The slope is d, half of it: the launch doubles the scale, as the library does.</summary>
internal readonly struct Mse : IElementFormula
{
    public static string Name => "mse";

    public static bool IsDifference => true;

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat =>
        (operands.X * operands.X, operands.X);
}
