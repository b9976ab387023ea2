namespace Surprisal.Tests.Autograd;

/// <summary>
/// Every function of one number, value and gradient, at every number of <see cref="EdgeGrid"/> and for every upstream gradient, against its formula in double:
/// so nothing overflows, vanishes or cancels between two steps, in float, double, Half and BFloat16.
/// </summary>
public sealed class ElementwiseEdgeTests
{
    /// <summary>The value f(x) in double, and the gradient of (x, y, g), y being the output as T has it where the operation keeps that.</summary>
    private sealed record Row(string Name, Func<double, double> Value, Func<double, double, double, double> Gradient, double Ulps = 2);

    private static readonly Row[] Table =
    [
        new("neg", x => -x, (_, _, g) => -g, 0),
        new("abs", Math.Abs, (x, _, g) => Sign(x) * g, 0),
        new("sign", Sign, (_, _, _) => 0, 0),
        new("log1p", Log1p, (x, _, g) => g / (1 + x)),
        new("erf", Erf, (x, _, g) => 2 / Math.Sqrt(Math.PI) * ExpOfMinusSquare(x) * g, 8),
        new("exp", Math.Exp, (_, y, g) => y * g),
        new("log", Math.Log, (x, _, g) => g / x),
        new("sqrt", Math.Sqrt, (_, y, g) => g / (2 * y)),
        new("relu", x => double.IsNaN(x) ? x : Math.Max(x, 0), (_, y, g) => y == 0 ? 0 : g, 0),
        new("sigmoid", Sigmoid, (_, y, g) => (1 - y) * y * g),
        new("logSigmoid", x => -Softplus(-x), (x, _, g) => Sigmoid(-x) * g),
        new("softplus", x => x > 20 ? x : Softplus(x), (x, _, g) => x > 20 ? g : Sigmoid(x) * g),
        new("steep softplus", x => 3.3 * x > 20 ? x : Softplus(3.3 * x) / 3.3, (x, _, g) => 3.3 * x > 20 ? g : Sigmoid(3.3 * x) * g),
        new("flat softplus", x => 0.1 * x > 20 ? x : Softplus(0.1 * x) / 0.1, (x, _, g) => 0.1 * x > 20 ? g : Sigmoid(0.1 * x) * g),
        new("tanh", Math.Tanh, (_, y, g) => (1 - y) * (1 + y) * g),
    ];

    public static TheoryData<string> Names() => [.. Table.Select(row => row.Name)];

    [Theory, MemberData(nameof(Names))]
    public void In_float(string name) => Check<float>(name);

    [Theory, MemberData(nameof(Names))]
    public void In_double(string name) => Check<double>(name);

    [Theory, MemberData(nameof(Names))]
    public void In_half(string name) => Check<Half>(name);

    [Theory, MemberData(nameof(Names))]
    public void In_bfloat16(string name) => Check<BFloat16>(name);

    private static void Check<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var row = Array.Find(Table, row => row.Name == name)!;
        var numbers = EdgeGrid.Of<T>(EdgeGrid.Numbers);
        foreach (var g in EdgeGrid.Of<T>(EdgeGrid.Upstreams))
        {
            var input = Tensor.Create<T>(numbers, requiresGrad: true);
            var output = Apply(name, input);
            output.Backward(Tensor.Full(output.Shape, g));
            for (var i = 0; i < numbers.Length; i++)
            {
                var (x, y) = (double.CreateTruncating(numbers[i]), double.CreateTruncating(output.Span[i]));
                EdgeGrid.Check(row.Value(x), output.Span[i], row.Ulps, $"{name}({x:R})");
                EdgeGrid.Check(row.Gradient(x, y, double.CreateTruncating(g)), input.Grad!.Span[i], typeof(T) == typeof(double) ? 4 : 0.51,
                    $"the gradient of {name} at {x:R} for {g:R}");
            }
        }
    }

    private static Tensor<T> Apply<T>(string name, Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "neg" => -x,
        "abs" => x.Abs(),
        "sign" => x.Sign(),
        "log1p" => x.Log1p(),
        "erf" => x.Erf(),
        "exp" => x.Exp(),
        "log" => x.Log(),
        "sqrt" => x.Sqrt(),
        "relu" => x.Relu(),
        "sigmoid" => x.Sigmoid(),
        "logSigmoid" => x.LogSigmoid(),
        "softplus" => x.Softplus(),
        "steep softplus" => x.Softplus(3.3),
        "flat softplus" => x.Softplus(0.1),
        _ => x.Tanh(),
    };

    private static double Sign(double x) => double.IsNaN(x) ? 0 : Math.Sign(x);

    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(x) ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>exp(-x^2) in two factors: the square of x as a float is exact.</summary>
    private static double ExpOfMinusSquare(double x)
    {
        if (Math.Abs(x) > 30) return 0;
        double near = (float)x;
        return Math.Exp(-near * near) * Math.Exp((near - x) * (near + x));
    }

    /// <summary>2 / sqrt(pi) exp(-x^2) sum 2^n x^(2n + 1) / (1 3 5 .. (2n + 1)), of which no term is negative; 1 from 6 on.</summary>
    private static double Erf(double x)
    {
        if (double.IsNaN(x) || Math.Abs(x) > 6) return double.IsNaN(x) ? x : Math.Sign(x);
        var (sum, term) = (0.0, x);
        for (var n = 1; n < 250; n++, term *= 2 * x * x / (2 * n - 1)) sum += term;
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    /// <summary>max(x, 0) + log(1 + e) with e = exp(-|x|): log(u) e / (u - 1) puts back what u = 1 + e lost.</summary>
    private static double Softplus(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        var u = 1 + e;
        return double.IsNaN(x) ? x : Math.Max(x, 0) + (u == 1 ? e : Math.Log(u) * e / (u - 1));
    }
}
