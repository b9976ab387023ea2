namespace Surprisal.Cuda;

/// <summary>
/// tanh, operation for operation the library's: x + x^3 p(x^2) where that is at most 1/2, and sign(x) (1 - 2 sigma(-2 |x|)).
/// </summary>
internal static class Hyperbolic
{
    /// <summary>The coefficients of p, highest power first: a test compares them with the library's by its results.</summary>
    private static readonly double[] floats = [-0.0062503363f, 0.021054776f, -0.05384821f, 0.13332547f, -0.33333316f];

    /// <inheritdoc cref="floats"/>
    private static readonly double[] doubles =
    [
        -1.950833355123947e-5, 8.333656508845409e-5, -0.00023339412530910242, 0.000588448798503968, -0.0014555437285545716,
        0.003592092139087643, -0.008863232609011576, 0.02186948838609237, -0.053968253963759504, 0.133333333333266, -0.333333333333333,
    ];

    public static Real<T> Tanh<T>(PtxWriter writer, Real<T> x) where T : struct, IRealFormat
    {
        var (abs, square) = (x.Abs(), x * x);
        var coefficients = T.Size == 4 ? floats : doubles;
        var p = Real<T>.Fma(square, Real<T>.Constant(coefficients[0]), Real<T>.Constant(coefficients[1]));
        foreach (var coefficient in coefficients.AsSpan(2)) p = Real<T>.Fma(p, square, Real<T>.Constant(coefficient));
        var polynomial = Real<T>.Fma(abs * square, p, abs);
        var logistic = Real<T>.Fma(Logistic.SigmaNegative(writer, abs + abs), Real<T>.Constant(-2), Real<T>.One);
        return writer.CopySign(x, Real<T>.Select(abs < Real<T>.Constant(0.549), polynomial, logistic));
    }
}
