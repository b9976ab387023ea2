using Surprisal.Tests.Autograd;

namespace Surprisal.Tests.ElementTypes;

/// <summary>
/// Operations on tensors of 16 bits: values and gradients are those of double, rounded once. Functions of one and two numbers are in
/// <see cref="ElementwiseEdgeTests"/>.
/// </summary>
public sealed class NarrowOperationTests
{
    private const int Seed = 21;

    [Theory]
    [InlineData("softmax")]
    [InlineData("log-softmax")]
    [InlineData("softmin")]
    [InlineData("logsumexp")]
    [InlineData("sum")]
    [InlineData("sum along")]
    [InlineData("mean")]
    [InlineData("mean along")]
    [InlineData("max")]
    [InlineData("max along")]
    [InlineData("expand")]
    [InlineData("gather")]
    [InlineData("matmul")]
    [InlineData("linear")]
    [InlineData("cumsum")]
    [InlineData("sum over")]
    [InlineData("mean over")]
    [InlineData("var")]
    [InlineData("std")]
    [InlineData("norm")]
    [InlineData("norm 3 along")]
    [InlineData("min")]
    [InlineData("clamp")]
    [InlineData("clamp by tensors")]
    [InlineData("maximum")]
    [InlineData("where")]
    [InlineData("sort")]
    [InlineData("topk")]
    [InlineData("select")]
    [InlineData("split")]
    [InlineData("stack")]
    [InlineData("dot")]
    public void Values_and_gradients_are_those_of_double(string name)
    {
        foreach (int[] shape in new int[][] { [3, 4], [2, 3, 5], [4, 300], [300, 4], [1, 1] })
        {
            Check<Half>(name, shape);
            Check<BFloat16>(name, shape);
        }
    }

    [Fact]
    public void Sums_do_not_stop_where_the_next_number_is_too_small()
    {
        var ones = Tensor.Ones<BFloat16>([300], requiresGrad: true);
        Assert.Equal(300f, (float)ones.Sum().Item());
        Assert.Equal(300f, (float)ones.Reshape(300, 1).Sum(0).Item());
        Assert.Equal(1f, (float)ones.Mean().Item());
        var scale = Tensor.Scalar(BFloat16.One, requiresGrad: true);
        (ones * scale).Sum().Backward();
        Assert.Equal(300f, (float)scale.Grad!.Item());
        var mean = Tensor.Ones<Half>([100_000], requiresGrad: true); // a count that is no Half
        mean.Mean().Backward();
        Assert.Equal((Half)1e-5, mean.Grad!.Span[7]);
    }

    [Fact]
    public void In_place_is_as_apart()
    {
        Check<Half>();
        Check<BFloat16>();

        static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            Tensor<T> a = Tensor.Randn<T>([3, 1500], new Seed(Seed)), row = Tensor.Randn<T>([1500], new Seed(Seed + 1));
            var number = T.CreateTruncating(1.7);
            foreach (var (apart, inPlace) in new (Func<Tensor<T>, Tensor<T>>, Action<Tensor<T>>)[]
                { (x => x + a, x => x += a), (x => x - row, x => x -= row), (x => x * row, x => x *= row), (x => x / number, x => x /= number),
                    (x => x + x, x => x += x), (x => x * number, x => x *= number) })
            {
                var x = a.Clone();
                inPlace(x);
                Assert.Equal(apart(a).ToArray(), x.ToArray());
            }
        }
    }

    [Fact]
    public void The_tape_calls_them_as_it_calls_the_others()
    {
        var x = Tensor.Ones<BFloat16>([2, 2], requiresGrad: true);
        Assert.Equal(["ExpBackward0", "SoftmaxBackward0", "AddBackward0", "SumBackward0", "LogsumexpBackward0"],
            new[] { x.Exp(), x.Softmax(1), x + x, x.Sum(), x.LogSumExp(0) }.Select(y => y.GradFn!.Name));
    }

    private static void Check<T>(string name, int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Tensor.Randn<T>(shape, new Seed(Seed), requiresGrad: true);
        var y = Apply(name, x);
        var g = Tensor.Randn<T>(y.Shape, new Seed(Seed + 1));
        y.Backward(g);
        var wide = x.Detach().To<double>().WithGrad(true);
        var truth = Apply(name, wide);
        truth.Backward(g.To<double>());
        // Softmax's gradients start from outputs that are rounded; sums of products may be larger than what they add up to.
        var slack = name is "matmul" or "linear" ? 0.01 : name.Contains("soft", StringComparison.Ordinal) ? 0.02 : 0;
        Compare(truth, y, 0.51, name.Contains("matmul", StringComparison.Ordinal) || name == "linear" ? 1e-4 : 0, "value");
        Compare(wide.Grad!, x.Grad!, name == "logsumexp" ? 1 : 0.51, slack, "gradient");

        void Compare(Tensor<double> right, Tensor<T> actual, double ulps, double absolute, string what)
        {
            Assert.Equal(right.Shape.ToArray(), actual.Shape.ToArray());
            for (var i = 0; i < right.Length; i++)
                if (Math.Abs(right.Span[i] - double.CreateTruncating(actual.Span[i])) > absolute * Math.Max(1, Math.Abs(right.Span[i])))
                    EdgeGrid.Check(right.Span[i], actual.Span[i], ulps, $"{what} {i} of {name} of {Shape.Format(shape)}, seed {Seed},");
        }
    }

    private static Tensor<T> Apply<T>(string name, Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "softmax" => x.Softmax(-1),
        "log-softmax" => x.LogSoftmax(0),
        "softmin" => x.Softmin(-1),
        "logsumexp" => x.LogSumExp(-1),
        "sum" => x.Sum(),
        "sum along" => x.Sum(0),
        "mean" => x.Mean(),
        "mean along" => x.Mean(-1),
        "max" => x.Max(),
        "max along" => x.Max(0).Values,
        "expand" => x.Unsqueeze(0).Expand([3, .. x.Shape]),
        "gather" => x.Gather(0, Tensor.Full([5, .. x.Shape[1..]], 0L)),
        "cumsum" => x.CumSum(0),
        "sum over" => x.Sum([0, -1]),
        "mean over" => x.Mean([0, 1]),
        "var" => x.Var(0, correction: 0),
        "std" => x.Std(correction: 0),
        "norm" => x.Norm(),
        "norm 3 along" => x.Norm(3, 1),
        "min" => x.Min(),
        "clamp" => x.Clamp(T.NegativeOne, T.One),
        "clamp by tensors" => x.Clamp(x.Detach()[0], Tensor.Scalar(T.One)),
        "maximum" => x.Maximum(x.Detach()[0]),
        "where" => Tensor.Where(x.Greater(T.Zero), x, T.One),
        "sort" => x.Sort().Values,
        "topk" => x.TopK(1, 0).Values,
        "select" => x.IndexSelect(-1, Tensor.Zeros<long>([300])),
        "split" => x.Split(1)[0],
        "stack" => Tensor.Stack<T>([x, x]),
        "dot" => x.Flatten().MatMul(x.Detach().Flatten()),
        "matmul" => x.MatMul(x.Detach().Transpose(-1, -2)),
        _ => x.Linear(Tensor.Full([2, x.Shape[^1]], T.CreateTruncating(0.25)), Tensor.Full([2], T.One)),
    };
}
