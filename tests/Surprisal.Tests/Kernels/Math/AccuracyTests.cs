using System.Globalization;
using Surprisal.Kernels;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Kernels;

/// <summary>The functions keep to the maximum errors that docs/accuracy.md states, which the benchmark's sweep over every float wrote.</summary>
public sealed class AccuracyTests
{
    private delegate Lanes<float> Function(Lanes<float> x);

    private static readonly Dictionary<string, (Function Ours, Func<double, double> Truth)> functions = new(StringComparer.Ordinal)
    {
        ["exp"] = (x => x.Exp(), Math.Exp),
        ["expm1"] = (x => x.Expm1(), TrueExpm1),
        ["log"] = (x => x.Log(), Math.Log),
        ["log1p"] = (x => x.Log1p(), TrueLog1p),
        ["sigmoid"] = (default(Formulas<float>.Sigmoid).Apply, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x))),
        ["log-sigmoid"] = (default(Formulas<float>.LogSigmoid).Apply, x => -TrueSoftplus(-x)),
        ["softplus"] = (new Formulas<float>.Softplus(1, 20).Apply, TrueSoftplus),
        ["tanh"] = (default(Formulas<float>.Tanh).Apply, x => Math.Abs(x) > 30 ? Math.Sign(x) : TrueExpm1(2 * x) / (TrueExpm1(2 * x) + 2)),
    };

    public static TheoryData<string> Names => [.. functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void EveryFunctionIsWithinTheStatedError(string name)
    {
        var (stated, _) = Stated(name);
        Assert.InRange(stated, 0.5, name == "exp" ? 1 : 1.5);
        float[] x = [.. Ulps.Floats().Where(x => name == "log" ? x > 0 : name != "log1p" || x > -1)];
        Ulps.Check(x, x => functions[name].Ours(x), functions[name].Truth, stated);
    }

    [Theory, MemberData(nameof(Names))]
    public void TheStatedErrorIsReachedWhereThePageSays(string name)
    {
        var (stated, at) = Stated(name);
        double ours = Ulps.Run<float>([at], x => functions[name].Ours(x))[0], truth = functions[name].Truth(at);
        var place = Math.ScaleB(1, Math.Max(Math.ILogB(truth), -126) - 23);
        Assert.InRange(Math.Abs(ours - truth) / place, stated - 0.0011, stated);
    }

    [Fact]
    public void ExpOfZeroIsOneInEveryLane()
    {
        for (var lane = 0; lane < Lanes<float>.Count; lane++)
        {
            var x = Enumerable.Range(0, Lanes<float>.Count).Select(i => i == lane ? 0f : i * 7f - 50).ToArray();
            Assert.Equal(1, Ulps.Run<float>(x, v => v.Exp())[lane]);
            if (lane < Lanes<double>.Count) Assert.Equal(1, Ulps.Run<double>(Array.ConvertAll(x[..Lanes<double>.Count], v => (double)v), v => v.Exp())[lane]);
        }
    }

    [Fact]
    public void ZerosKeepTheirSign()
    {
        foreach (var name in (string[])["expm1", "log1p", "tanh"])
            Assert.Equal([int.MinValue, 0], Ulps.Run<float>([-0f, 0f], x => functions[name].Ours(x)).Select(BitConverter.SingleToInt32Bits));
    }

    /// <summary>The maximum error of the function's row and where it is.</summary>
    private static (double Error, float At) Stated(string name)
    {
        var row = Assert.Single(Repository.Read("docs/accuracy.md").Split('\n'), line => line.StartsWith($"| {name} | ", StringComparison.Ordinal))
            .Split('|', StringSplitOptions.TrimEntries);
        return (double.Parse(row[2], CultureInfo.InvariantCulture), float.Parse(row[3], CultureInfo.InvariantCulture));
    }

    private static double TrueSoftplus(double x) => Math.Max(x, 0) + TrueLog1p(Math.Exp(-Math.Abs(x)));

    private static double TrueLog1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? u : Math.Log(u) * x / (u - 1);
    }

    private static double TrueExpm1(double x)
    {
        var u = Math.Exp(x);
        if (u == 1) return x;
        return u - 1 == -1 || double.IsInfinity(u) ? u - 1 : (u - 1) * x / Math.Log(u);
    }
}
