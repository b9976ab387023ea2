using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Sums in double, in a fixed order.</summary>
public sealed class ReductionsTests
{
    [Fact]
    public void Ten_million_tenths_add_up()
    {
        var x = new float[10_000_000];
        Array.Fill(x, 0.1f);
        Assert.Equal(10_000_000 * (double)0.1f, Reductions.Sum<float>(x), 1e-6); // a running float sum is off by thousands
    }

    [Fact]
    public void Random_numbers_match_decimal_arithmetic()
    {
        var x = Tensor.Rand<float>([1_000_001], new Seed(5)).ToArray();
        decimal exact = 0;
        foreach (var value in x) exact += (decimal)(double)value;
        Assert.Equal((double)exact, Reductions.Sum<float>(x), 1e-6);
    }

    [Fact]
    public void Every_length_adds_each_element_once()
    {
        for (var length = 0; length <= 130; length++)
        {
            Assert.Equal(length * (length - 1) / 2, Reductions.Sum<float>(Tensor.Arange<float>(length).ToArray()));
            Assert.Equal(length * (length - 1) / 2, Reductions.Sum<double>(Tensor.Arange<double>(length).ToArray()));
            Assert.Equal(length * (length - 1) / 2, Reductions.Sum<int>(Tensor.Arange<int>(length).ToArray()));
        }
    }

    [Fact]
    public void Squares_and_products_of_every_length_are_summed_in_double()
    {
        for (var length = 0; length <= 70; length++)
        {
            Near<float>(length, 1e6, 1, 1e-6);
            Near<float>(length, 1e30, 1e-30, 1e-6);
            Near<double>(length, 1e6, 1, 1e-14);
        }
    }

    private static void Near<T>(int length, double size, double other, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] Normal(double times, long seed) => [.. Tensor.Randn<double>([length], new Seed(seed)).ToArray().Select(z => T.CreateChecked(z * times))];
        var (x, y, center) = (Normal(size, 1), Normal(other, 2), T.CreateChecked(0.3 * size));
        var (squares, products) = (0.0, 0.0);
        for (var i = 0; i < length; i++)
        {
            var d = double.CreateChecked(x[i]) - double.CreateChecked(center);
            squares += d * d;
            products += d * double.CreateChecked(y[i]);
        }
        Assert.Equal(squares, Reductions.SquaredDeviations<T>(x, center), tolerance * squares);
        var (sum, ofBoth) = Reductions.SumAndProducts<T>(y, x, center);
        Assert.Equal(Reductions.Sum<T>(y), sum);
        Assert.Equal(products, ofBoth, tolerance * size * other * length);
    }

    [Fact]
    public void Rows_add_to_totals()
    {
        double[] total = [1, 2, 3];
        Reductions.AddTo<float>([10, 20, 30], total);
        Assert.Equal([11.0, 22, 33], total);
    }
}
