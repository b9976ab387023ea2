namespace Surprisal.Tests.Autograd;

using Function = Func<Tensor<double>[], Tensor<double>>;

/// <summary>The gradients of order, choice, reductions over dimensions, parts and products against central differences, at random numbers.</summary>
public sealed class DifferenceTests
{
    private static readonly (string Name, Function Of, int[][] Shapes)[] Table =
    [
        .. Each("abs", static x => x.Abs()),
        .. Each("erf", static x => x.Erf()),
        .. Each("log1p", static x => (x * x).Log1p()),
        .. Each("clamp", static x => x.Clamp(-0.3, 0.4)),
        .. Each("where", static x => Tensor.Where(x.Greater(0), x, x * x)),
        .. Each("min", static x => x.Min()),
        .. Each("max", static x => x.Max()),
        .. Each("norm", static x => x.Norm()),
        .. Each("norm 3", static x => x.Norm(3)),
        .. Each("norm 1.5", static x => x.Norm(1.5)),
        .. Each("norm 1", static x => x.Norm(1)),
        .. Each("norm -1", static x => x.Norm(-1)),
        .. Each("norm inf", static x => x.Norm(double.PositiveInfinity)),
        .. Each("var", static x => x.Var(correction: 0)),
        .. Along("cumsum", static (x, dim) => x.CumSum(dim)),
        .. Along("sort", static (x, dim) => x.Sort(dim).Values),
        .. Along("topk", static (x, dim) => x.TopK(1, dim).Values),
        .. Along("min along", static (x, dim) => x.Min(dim).Values),
        .. Along("var along", static (x, dim) => x.Var(dim, correction: 0)),
        .. Along("std along", static (x, dim) => x.Std(dim, correction: 0.5, keepDim: true)),
        .. Along("norm along", static (x, dim) => x.Norm(2, dim)),
        .. Along("select", static (x, dim) => x.IndexSelect(dim, Tensor.Create<long>([0, 1, 0]))),
        ("sum over", static x => x[0].Sum([0, 2]), [[2, 3, 4]]),
        ("mean over", static x => x[0].Mean([0, -1], keepDim: true), [[2, 3, 4]]),
        ("var over", static x => x[0].Var([0, 2]), [[2, 3, 4]]),
        ("std over", static x => x[0].Std([1, 2]), [[2, 3, 4]]),
        ("std", static x => x[0].Std(), [[17]]),
        ("norm over", static x => x[0].Norm(2.5, [0, 2]), [[2, 3, 4]]),
        ("maximum", static x => x[0].Maximum(x[1]), [[3, 1], [4]]),
        ("minimum", static x => x[0].Minimum(x[1]), [[2, 3], [3]]),
        ("where of two", static x => Tensor.Where(Tensor.Create<byte>([1, 0, 1]), x[0], x[1]), [[2, 3], [3]]),
        ("clamp by tensors", static x => x[0].Clamp(x[1], x[2]), [[3, 5], [5], [3, 1]]),
        ("clamp from below", static x => x[0].Clamp(min: x[1]), [[3, 5], [5]]),
        ("clamp from above", static x => x[0].Clamp(max: x[1]), [[3, 5], [1]]),
        ("stack", static x => Tensor.Stack<double>(x, 1), [[2, 3], [2, 3], [2, 3]]),
        ("split", static x => Tensor.Concatenate<double>([.. x[0].Split(2, 1).Reverse()], 1), [[2, 5, 2]]),
        ("split of sizes", static x => x[0].Split([1, 3], -1)[1], [[2, 4]]),
        ("expand", static x => x[0].Expand(2, -1, 3), [[2, 1]]),
        ("dot", static x => x[0].MatMul(x[1]), [[17], [17]]),
        ("matrix vector", static x => x[0].MatMul(x[1]), [[2, 3], [3]]),
        ("vector matrix", static x => x[0].MatMul(x[1]), [[2], [2, 3]]),
        ("batches vector", static x => x[0].MatMul(x[1]), [[5, 2, 3], [3]]),
        ("vector batches", static x => x[0].MatMul(x[1]), [[3], [5, 3, 2]]),
        ("matrix batches", static x => x[0].MatMul(x[1]), [[2, 3], [5, 3, 4]]),
        ("batches batches", static x => x[0].MatMul(x[1]), [[4, 1, 2, 3], [5, 3, 2]]),
    ];

    public static TheoryData<string, int> Cases() =>
        [.. Table.Select(static (row, i) => ($"{row.Name} of {string.Join(", ", row.Shapes.Select(static shape => Shape.Format<int>(shape)))}", i))];

    [Theory, MemberData(nameof(Cases))]
    public void Backward_equals_differences(string name, int number) => GradientCheck.Run(name.Length + number, Table[number].Of, Table[number].Shapes);

    private static IEnumerable<(string, Function, int[][])> Each(string name, Func<Tensor<double>, Tensor<double>> f) =>
        from size in new int[][] { [], [1], [3, 4], [17] } select (name, (Function)(x => f(x[0])), (int[][])[size]);

    private static IEnumerable<(string, Function, int[][])> Along(string name, Func<Tensor<double>, int, Tensor<double>> f) =>
        from size in new int[][] { [5], [3, 4], [2, 3, 4] }
        from dim in Enumerable.Range(-1, size.Length + 1)
        select ($"{name} {dim}", (Function)(x => f(x[0], dim)), (int[][])[size]);
}
