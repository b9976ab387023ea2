namespace Surprisal.Tests.Autograd;

/// <summary>Every differentiable operation against central differences, with broadcasting, axes, rank 0 and empty tensors.</summary>
public sealed class GradientTests
{
    private delegate Tensor<double> Operation(Tensor<double>[] x);

    private static readonly int[] Scalar = [], Three = [3], Row = [1, 3], Column = [2, 1], Matrix = [2, 3], Cube = [2, 3, 4], Empty = [0, 3];

    private static readonly Tensor<long> Indices = Tensor.Create<long>([[2, 0, 2], [1, 1, 0]]);

    private static readonly (string Name, Operation Of, int[][] Shapes)[] Table =
    [
        .. Pairs("+", x => x[0] + x[1]),
        .. Pairs("-", x => x[0] - x[1]),
        .. Pairs("*", x => x[0] * x[1]),
        .. Pairs("/", x => x[0] / (x[1] * x[1] + 1.0)),
        .. Each("x + 2", x => x[0] + 2.0),
        .. Each("2 + x", x => 2.0 + x[0]),
        .. Each("x - 2", x => x[0] - 2.0),
        .. Each("2 - x", x => 2.0 - x[0]),
        .. Each("x * 3", x => x[0] * 3.0),
        .. Each("3 * x", x => 3.0 * x[0]),
        .. Each("x / 3", x => x[0] / 3.0),
        .. Each("3 / x", x => 3.0 / (x[0] * x[0] + 1.0)),
        .. Each("negate", x => -x[0]),
        .. Each("exp", x => x[0].Exp()),
        .. Each("log", x => Positive(x[0]).Log()),
        .. Each("sqrt", x => Positive(x[0]).Sqrt()),
        .. Each("relu", x => x[0].Relu()),
        .. Each("sigmoid", x => x[0].Sigmoid()),
        .. Each("tanh", x => x[0].Tanh()),
        .. Each("pow 0", x => x[0].Pow(0)),
        .. Each("pow 1", x => x[0].Pow(1)),
        .. Each("pow 3", x => x[0].Pow(3)),
        .. Each("pow -2", x => Positive(x[0]).Pow(-2)),
        .. Each("pow 2.5", x => Positive(x[0]).Pow(2.5)),
        .. Each("sum", x => x[0].Sum()),
        .. Each("mean", x => x[0].Length == 0 ? x[0].Sum() : x[0].Mean()),
        .. Each("clone", x => x[0].Clone()),
        .. Each("unsqueeze", x => x[0].Unsqueeze(-1)),
        .. Each("flatten", x => x[0].Flatten()),
        .. Each("to the same type", x => x[0].To<double>()),
        ("max", x => x[0].Max(), [Cube]),
        ("max of one", x => x[0].Max(), [Scalar]),
        .. Axes("sum", (x, axis) => x.Sum(axis)),
        .. Axes("sum kept", (x, axis) => x.Sum(axis, keepDim: true)),
        .. Axes("mean", (x, axis) => x.Mean(axis)),
        .. Axes("mean kept", (x, axis) => x.Mean(axis, keepDim: true)),
        .. Axes("max", (x, axis) => x.Max(axis).Values),
        .. Axes("max kept", (x, axis) => x.Max(axis, keepDim: true).Values),
        .. Axes("softmax", (x, axis) => x.Softmax(axis)),
        .. Axes("log-softmax", (x, axis) => x.LogSoftmax(axis)),
        .. Axes("concatenate", (x, axis) => x.Rank == 0 ? x : Tensor.Concatenate<double>([x, x * 2.0, x], axis)),
        ("softmax of nothing", x => x[0].Softmax(0), [Empty]),
        ("log-softmax of nothing", x => x[0].LogSoftmax(0), [Empty]),
        ("sum of nothing", x => x[0].Sum(0), [Empty]),
        ("matmul", x => x[0].MatMul(x[1]), [[3, 4], [4, 2]]),
        ("matmul of a square with itself", x => x[0].MatMul(x[0]), [[3, 3]]),
        ("matmul in batches", x => x[0].MatMul(x[1]), [[2, 3, 4], [2, 4, 5]]),
        ("matmul with a shared right", x => x[0].MatMul(x[1]), [[2, 3, 4], [4, 5]]),
        ("matmul with a shared left", x => x[0].MatMul(x[1]), [[3, 4], [2, 4, 5]]),
        ("matmul with broadcast batches", x => x[0].MatMul(x[1]), [[2, 1, 3, 2], [3, 2, 2]]),
        ("matmul over nothing", x => x[0].MatMul(x[1]), [[2, 0], [0, 3]]),
        ("gather rows", x => x[0].Gather(0, Indices), [[3, 4]]),
        ("gather columns", x => x[0].Gather(-1, Indices), [[3, 4]]),
        ("reshape", x => x[0].Reshape(4, -1), [Cube]),
        ("flatten some", x => x[0].Flatten(1, 2), [Cube]),
        ("squeeze", x => x[0].Squeeze(), [[1, 3, 1]]),
        ("squeeze one", x => x[0].Squeeze(2), [[1, 3, 1]]),
        ("transpose", x => x[0].Transpose(), [Cube]),
        ("transpose outer", x => x[0].Transpose(0, 2), [Cube]),
        ("permute", x => x[0].Permute(2, 0, 1), [Cube]),
        ("rows", x => x[0][1..3], [[4, 2]]),
        ("no rows", x => x[0][1..1], [[4, 2]]),
        ("row", x => x[0][1], [[4, 2]]),
        ("last row", x => x[0][^1], [[4, 2]]),
        ("element", x => x[0][1][^2], [[4, 2]]),
        ("two-layer network", x => (x[0].MatMul(x[1]) + x[2]).Tanh().MatMul(x[3]).LogSoftmax(1), [[4, 3], [3, 5], [5], [5, 3]]),
        ("diamond", x => { var y = x[0].Exp(); return y * y.Sigmoid() + y; }, [Matrix]),
    ];

    public static TheoryData<string, int> Cases() => [.. Table.Select((row, i) => (Label(row.Name, row.Shapes), i))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_equals_differences(string name, int number) =>
        GradientCheck.Run(Label(name, []).Length + number, x => Table[number].Of(x), Table[number].Shapes);

    [Fact]
    public void The_gradient_of_a_conversion_comes_back_in_the_type_of_the_input()
    {
        var x = Tensor.Create<float>([1, 2, 3], requiresGrad: true);
        var y = x.To<double>() * Tensor.Create([0.1, 0.2, 0.3]);
        y.Sum().Backward();
        Assert.Equal([0.1f, 0.2f, 0.3f], x.Grad!.ToArray());
        Assert.Equal("ToCopyBackward0", x.To<double>().GradFn!.Name);
        Assert.False(x.To<long>().RequiresGrad);
    }

    [Fact]
    public void A_wrong_gradient_is_found()
    {
        static Tensor<double> Wrong(Tensor<double>[] x) => x[0] * x[0].Detach();
        var failure = Assert.ThrowsAny<Exception>(() => GradientCheck.Run(7, Wrong, [3]));
        Assert.StartsWith("seed 7: Backward gives", failure.Message);
    }

    private static string Label(string name, int[][] shapes) => $"{name} {string.Join(' ', shapes.Select(shape => Shape.Format(shape)))}";

    private static Tensor<double> Positive(Tensor<double> x) => x * x + 0.5;

    private static IEnumerable<(string, Operation, int[][])> Each(string name, Operation f) =>
        from shape in new[] { Scalar, Three, Cube, Empty } select (name, f, new[] { shape });

    private static IEnumerable<(string, Operation, int[][])> Pairs(string name, Operation f) =>
        from shapes in new[] { (Matrix, Matrix), (Matrix, Three), (Three, Matrix), (Column, Row), (Scalar, Matrix), (Matrix, Scalar), (Scalar, Scalar),
            ([2, 1, 4], [3, 1]), (Empty, Three), (Column, [1, 0]) }
        select (name, f, new[] { shapes.Item1, shapes.Item2 });

    private static IEnumerable<(string, Operation, int[][])> Axes(string name, Func<Tensor<double>, int, Tensor<double>> f) =>
        from shape in new[] { Scalar, Three, Matrix, Cube }
        from axis in Enumerable.Range(-1, Math.Max(1, shape.Length) + 1)
        select ($"{name} {axis}", (Operation)(x => f(x[0], axis)), new[] { shape });
}
