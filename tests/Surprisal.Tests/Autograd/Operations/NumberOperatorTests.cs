namespace Surprisal.Tests.Autograd;

/// <summary>A number of C# beside a tensor: values, gradients and types are those of a tensor with that number; 16-bit types round once.</summary>
public sealed class NumberOperatorTests
{
    [Fact]
    public void They_are_the_operation_with_a_tensor()
    {
        Check<double>();
        Check<float>();
    }

    private static void Check<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var c = Tensor.Scalar(T.CreateChecked(0.75));
        foreach (var (plain, withNumber) in new (Func<Tensor<T>, Tensor<T>> Plain, Func<Tensor<T>, Tensor<T>> WithNumber)[]
        {
            (x => x + c, static x => x + 0.75), (x => c + x, static x => 0.75 + x), (x => x - c, static x => x - 0.75), (x => c - x, static x => 0.75 - x),
            (x => x * c, static x => x * 0.75), (x => c * x, static x => 0.75 * x), (x => x / c, static x => x / 0.75), (x => c / x, static x => 0.75 / x),
            (x => x * 2, static x => x * 2.0),
        })
        {
            var (a, b) = (Leaf<T>(), Leaf<T>());
            var (expected, actual) = (plain(a), withNumber(b));
            Assert.Equal(expected.ToArray(), actual.ToArray());
            Assert.Equal(expected.GradFn!.Name, actual.GradFn!.Name);
            expected.Sum().Backward();
            actual.Sum().Backward();
            Assert.Equal(a.Grad!.ToArray(), b.Grad!.ToArray());
        }
    }

    [Fact]
    public void In_place_it_is_the_same_tensor()
    {
        var x = Tensor.Create<float>([1, 2]);
        var same = x;
        x += 1.5;
        x *= 2.0;
        x -= 1.0;
        x /= 0.5;
        Assert.Same(same, x);
        Assert.Equal([8f, 12], x.ToArray());
        var y = Leaf<float>() * 1f;
        var result = y;
        y *= 3.0;
        Assert.Same(result, y);
        Assert.Equal("<MulBackward0>", $"{y.GradFn}");
    }

    [Fact]
    public void Of_16_bits_the_number_is_rounded_to_float_and_the_result_once()
    {
        Assert.Equal(201f, (float)(Tensor.Create<BFloat16>([(BFloat16)200f]) * 1.00390625).Item()); // 1.00390625 is no BFloat16
        Assert.Equal(200.75f, (float)(1.00390625 * Tensor.Create<Half>([(Half)200])).Item());
        var x = Tensor.Create<BFloat16>([(BFloat16)200f]);
        x *= 1.00390625;
        Assert.Equal(201f, (float)x.Item());
        var leaf = Tensor.Create<BFloat16>([(BFloat16)200f], requiresGrad: true);
        (leaf * 0.3333).Backward(Tensor.Create<BFloat16>([(BFloat16)3f]));
        Assert.Equal((BFloat16)0.9999f, leaf.Grad!.Item());
    }

    private static Tensor<T> Leaf<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        Tensor.Create<T>([T.CreateChecked(1.5), T.CreateChecked(-0.25), T.CreateChecked(40)], requiresGrad: true);
}
