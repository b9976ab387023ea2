namespace Surprisal.Tests.Autograd;

/// <summary>GELU, SiLU and leaky ReLU against numbers of 40 digits, at their limits, and their gradients against differences.</summary>
public sealed class UnitTests
{
    /// <summary>x, x Phi(x), its derivative; x sigmoid(x), its derivative; x sigmoid(2u), its derivative: mpmath with 40 digits.</summary>
    public static TheoryData<double, double, double, double, double, double, double> Truth() => new()
    {
        { -38, -1.096462777e-314, -4.1665545693e-313, -1.1928704609782511e-15, -1.1614791330577709e-15, 0, 0 },
        { -30, -1.472014178144456e-196, -4.416031690708495e-195, -2.8072868906517896e-12, -2.713710660963134e-12, 0, 0 },
        { -20, -5.507248237212468e-88, -1.1014360483133464e-86, -4.122307236380407e-08, -3.9161918660646786e-08,
            -3.3754509563109673e-261, -2.9424328724945027e-259 },
        { -14.25, -3.1940038815884367e-45, -4.551240017521502e-44, -9.228225874420205e-06, -8.580625100064206e-06,
            -4.046191120118833e-99, -1.8205454912136035e-97 },
        { -9, -1.0157295653584566e-18, -9.138937373906639e-18, -0.0011105511838760856, -0.0009870195718974083,
            -1.3364595947348725e-28, -2.515735285067425e-27 },
        { -8.5, -8.05760459887282e-17, -6.846504938697085e-16, -0.0017291293134692554, -0.0015253505838631431,
            -1.0174447308598297e-24, -1.7239866867738058e-23 },
        { -8.484375, -9.200510172390958e-17, -7.803235189878788e-16, -0.0017531249204987796, -0.0015461328477196234,
            -1.3252525230674427e-24, -2.2379874939112882e-23 },
        { -6, -5.9195258702261885e-09, -3.5468709453902015e-08, -0.014835738939808645, -0.012326432591525513, -8.439646700762297e-11, -7.709973930953696e-10 },
        { -3, -0.0040496940948902835, -0.011945647204183927, -0.14227761953270035, -0.08810410601516962, -0.003637392081773019, -0.011584166630969726 },
        { -1.4375, -0.10822648046785864, -0.12879345044507393, -0.2759033805179029, -0.031015689457652727, -0.10845559265107528, -0.12892016319916882 },
        { -1.40625, -0.11225383709260112, -0.12889090835462616, -0.2767868488731073, -0.025481740547979026, -0.11248603643580796, -0.12896205452670112 },
        { -1, -0.15865525393145705, -0.0833154705876863, -0.2689414213699951, 0.07232948812851327, -0.1588080093917233, -0.08296408384578255 },
        { -0.75, -0.16997051428265114, 0.0007742782607648957, -0.24061597561845527, 0.1574000555032465, -0.1700394448343797, 0.0010617438625857023 },
        { -0.125, -0.056282721896235885, 0.4007820643017934, -0.05859882832828047, 0.4376623797495416, -0.05628280137577661, 0.40078459383720855 },
        { 1e-09, 5.000000003989423e-10, 0.5000000007978845, 5.000000002500001e-10, 0.5000000005, 5.000000003989423e-10, 0.5000000007978845 },
        { 0.125, 0.06871727810376412, 0.5992179356982066, 0.06640117167171954, 0.5623376202504584, 0.06871719862422339, 0.5992154061627915 },
        { 0.75, 0.5800294857173488, 0.9992257217392351, 0.5093840243815447, 0.8425999444967535, 0.5799605551656203, 0.9989382561374143 },
        { 1.40625, 1.2939961629073988, 1.1288909083546261, 1.1294631511268927, 1.025481740547979, 1.293763963564192, 1.1289620545267012 },
        { 1.4375, 1.3292735195321415, 1.1287934504450738, 1.161596619482097, 1.0310156894576528, 1.3290444073489247, 1.1289201631991688 },
        { 2, 1.9544997361036416, 1.085231801078197, 1.7615941559557649, 1.0907842487848955, 1.954597694087775, 1.0860992566236183 },
        { 5.5, 5.499999895557407, 1.00000057334724, 5.477614242562571, 1.0182245066058877, 5.499999994072359, 1.0000000467655281 },
        { 8.5, 8.5, 1.0000000000000007, 8.49827087068653, 1.001525350583863, 8.5, 1.0 },
        { 12, 12.0, 1.0, 11.999926269904773, 1.0000675854676138, 12.0, 1.0 },
        { 30, 30.0, 1.0, 29.999999999997193, 1.0000000000027136, 30.0, 1.0 },
    };

    [Theory, MemberData(nameof(Truth))]
    public void Values_and_slopes_keep_their_digits(double x, double gelu, double geluSlope, double silu, double siluSlope, double tanh, double tanhSlope)
    {
        Check(x, static x => x.Gelu(), gelu, geluSlope, 3e-14);
        Check(x, static x => x.Silu(), silu, siluSlope, 1e-15);
        Check(x, static x => x.Gelu(GeluApproximation.Tanh), tanh, tanhSlope, 3e-13);
    }

    private static void Check(double x, Func<Tensor<double>, Tensor<double>> f, double value, double slope, double tolerance)
    {
        // every lane, and what is left behind whole blocks
        var input = Tensor.Full<double>([19], x, requiresGrad: true);
        var y = f(input);
        y.Sum().Backward();
        foreach (var actual in y.ToArray()) Near(value, actual, tolerance, $"value at {x}");
        foreach (var actual in input.Grad!.ToArray()) Near(slope, actual, tolerance, $"slope at {x}");
    }

    private static void Near(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(actual - expected) <= Math.Max(tolerance * Math.Abs(expected), Math.Abs(expected) > 1e-4 ? 2e-16 : 2e-322),
            $"{what} is {actual:R}, expected {expected:R}.");

    [Fact]
    public void Infinities_have_their_limits()
    {
        Func<Tensor<float>, Tensor<float>>[] units = [static x => x.Gelu(), static x => x.Silu(), static x => x.Gelu(GeluApproximation.Tanh)];
        foreach (var unit in units)
        {
            var x = Tensor.Create<float>([float.NegativeInfinity, float.PositiveInfinity, float.MinValue, float.MaxValue, 0, -0f], requiresGrad: true);
            var y = unit(x);
            y.Sum().Backward();
            Assert.Equal([0, float.PositiveInfinity, 0, float.MaxValue, 0, 0], y.ToArray());
            Assert.Equal([0, 1, 0, 1, 0.5f, 0.5f], x.Grad!.ToArray());
            Assert.True(float.IsNaN(unit(Tensor.Scalar(float.NaN)).Item()));
        }
    }

    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(17), InlineData(0)]
    public void Gradients_are_differences(int length)
    {
        GradientCheck.Run(1, static x => x[0].Gelu(), [length]);
        GradientCheck.Run(2, static x => x[0].Gelu(GeluApproximation.Tanh), [length]);
        GradientCheck.Run(3, static x => x[0].Silu(), [length]);
        GradientCheck.Run(4, static x => x[0].LeakyRelu(0.2), [length]);
    }

    [Fact]
    public void Sixteen_bits_are_computed_in_float_and_rounded_once()
    {
        var x = Tensor.Linspace(-4f, 4f, 37);
        Assert.Equal(x.To<BFloat16>().To<float>().Gelu().To<BFloat16>().ToArray(), x.To<BFloat16>().Gelu().ToArray());
        Assert.Equal(x.To<Half>().To<float>().Silu().To<Half>().ToArray(), x.To<Half>().Silu().ToArray());
        Assert.Equal(x.To<Half>().To<float>().LeakyRelu(0.25).To<Half>().ToArray(), x.To<Half>().LeakyRelu(0.25).ToArray());
    }

    [Fact]
    public void Another_approximation_is_refused() =>
        Assert.StartsWith("approximate is 7; it is None or Tanh.",
            Assert.Throws<ArgumentOutOfRangeException>(static () => Tensor.Ones<float>([1]).Gelu((GeluApproximation)7)).Message, StringComparison.Ordinal);
}
