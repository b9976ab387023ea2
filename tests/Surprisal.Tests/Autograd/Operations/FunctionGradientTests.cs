namespace Surprisal.Tests.Autograd;

using Function = Func<Tensor<double>[], Tensor<double>>;

/// <summary>The gradients of softmax and its relatives against differences, on every axis.</summary>
public sealed class FunctionGradientTests
{
    private static readonly int[][] Shapes = [[], [3], [3, 4], [2, 3, 4], [2, 9, 10]];

    private static readonly (string Name, Function Of, int[] Shape)[] Table =
    [
        .. Axes("softmax", (x, axis) => x.Softmax(axis)),
        .. Axes("log-softmax", (x, axis) => x.LogSoftmax(axis)),
        .. Axes("softmin", (x, axis) => x.Softmin(axis)),
        .. Axes("logsumexp", (x, axis) => x.LogSumExp(axis)),
        .. Axes("logsumexp kept", (x, axis) => x.LogSumExp(axis, keepDim: true)),
        .. Each("sigmoid", x => x.Sigmoid()),
        .. Each("log-sigmoid", x => x.LogSigmoid()),
        .. Each("softplus", x => x.Softplus()),
        .. Each("steep softplus", x => x.Softplus(beta: 3, threshold: 100)),
        .. Each("falling softplus", x => x.Softplus(beta: -0.5)),
    ];

    public static TheoryData<string, int> Cases() => [.. Table.Select((row, i) => ($"{row.Name} of {row.Shape}", i))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_equals_differences(string name, int number) => GradientCheck.Run(name.Length + number, Table[number].Of, Table[number].Shape);

    [Fact]
    public void A_saved_value_that_was_overwritten_is_refused()
    {
        foreach (var f in new Func<Tensor<float>, Tensor<float>>[] { x => x.LogSumExp(0), x => x.LogSigmoid(), x => x.Softplus() })
        {
            var x = Tensor.Create<float>([1, 2], requiresGrad: true);
            var y = f(x).Sum();
            using (Tensor.NoGrad()) x.Fill(3);
            Assert.Contains("modified by an inplace operation", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Softmin_is_a_softmax_of_the_negative_on_the_tape()
    {
        var y = Tensor.Create<float>([1, 2], requiresGrad: true).Softmin(0);
        Assert.Equal("SoftmaxBackward0", y.GradFn!.Name);
        Assert.Equal("NegBackward0", Assert.Single(y.GradFn.NextFunctions).Name);
    }

    private static IEnumerable<(string, Function, int[])> Each(string name, Func<Tensor<double>, Tensor<double>> f) =>
        from shape in Shapes select (name, (Function)(x => f(x[0])), shape);

    private static IEnumerable<(string, Function, int[])> Axes(string name, Func<Tensor<double>, int, Tensor<double>> f) =>
        from shape in Shapes
        from axis in Enumerable.Range(-1, Math.Max(1, shape.Length) + 1)
        select ($"{name} {axis}", (Function)(x => f(x[0], axis)), shape);
}
