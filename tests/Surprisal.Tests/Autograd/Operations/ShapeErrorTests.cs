namespace Surprisal.Tests.Autograd;

/// <summary>What comparisons, order, reductions over dimensions, parts and creations refuse: the kind of error and the whole message.</summary>
public sealed class ShapeErrorTests
{
    private static readonly Tensor<float> Matrix = Tensor.Create<float>([[1, 5, 5], [4, 2, 0]]), Number = Tensor.Scalar(1f),
        Nothing = Tensor.Zeros<float>([2, 0]), Pair = Tensor.Ones<float>([2]);

    private static readonly Tensor<int> Integers = Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]);

    private const string Misfit = "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: " +
        "shapes [2, 3] and [2] do not broadcast. (Parameter 'other')";

    private const string NoBound = "torch.clamp: At least one of 'min' or 'max' must not be None (Parameter 'min')";

    private static readonly (Type Kind, string Message, Action Call)[] Table =
    [
        (typeof(ArgumentException), Misfit, () => Matrix.Equal(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.NotEqual(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.Less(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.LessEqual(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.Greater(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.GreaterEqual(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.Maximum(Pair)),
        (typeof(ArgumentException), Misfit, () => Matrix.Minimum(Pair)),
        (typeof(ArgumentException), Misfit, () => Tensor.Where(Tensor.Zeros<byte>([3]), Matrix, Pair)),
        (typeof(ArgumentException), "The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1: " +
            "shapes [4] and [2, 3] do not broadcast. (Parameter 'input')", () => Tensor.Where(Tensor.Zeros<byte>([4]), Matrix, Matrix)),
        (typeof(ArgumentException), NoBound, () => Matrix.Clamp((float?)null)),
        (typeof(ArgumentException), NoBound, () => Matrix.Clamp((Tensor<float>?)null)),
        (typeof(ArgumentException), Misfit.Replace("other", "min", StringComparison.Ordinal), () => Matrix.Clamp(Pair)),
        (typeof(ArgumentException), Misfit.Replace("other", "max", StringComparison.Ordinal), () => Matrix.Clamp(max: Pair)),
        .. Axis("dim", 2, () => Matrix.Min(2), () => Matrix.ArgMin(2), () => Matrix.CumSum(2), () => Matrix.Var(2), () => Matrix.Std(2),
            () => Matrix.Norm(2, 2), () => Matrix.TopK(1, 2), () => Matrix.Sort(2), () => Matrix.Split(1, 2), () => Matrix.Split([2], 2),
            () => Matrix.IndexSelect(2, Tensor.Zeros<long>([1])),
            () => Integers.Sum(2), () => Integers.CumSum(2)),
        .. Axis("dims", -3, () => Matrix.Sum([0, -3]), () => Matrix.Mean([-3]), () => Matrix.Var([-3]), () => Matrix.Std([-3]), () => Matrix.Norm(2, [-3]),
            () => Integers.Sum([-3])),
        .. Dims("dims is empty; name the dimensions to reduce, or leave dims out to reduce all.", []),
        .. Dims("dim 1 appears multiple times in the list of dims", [1, -1]),
        (typeof(ArgumentException), "dim 0 appears multiple times in the list of dims (Parameter 'dims')", () => Number.Sum([0, -1])),
        (typeof(ArgumentException), "min(): Expected reduction dim to be specified for input.numel() == 0: " +
            "an empty tensor has no smallest element. (Parameter 'x')", () => Nothing.Min()),
        (typeof(ArgumentException), "min(): Expected reduction dim 1 to have non-zero size; the shape is [2, 0]. (Parameter 'x')", () => Nothing.Min(1)),
        (typeof(ArgumentException), "argmin(): Expected reduction dim 0 to have non-zero size; the shape is [0]. (Parameter 'x')", () => Nothing.ArgMin()),
        (typeof(ArgumentException), "argmin(): Expected reduction dim 1 to have non-zero size; the shape is [2, 0]. (Parameter 'x')", () => Nothing.ArgMin(1)),
        (typeof(ArgumentException), NoNorm("inf", "an empty tensor because the operation"), () => Nothing.Norm(double.PositiveInfinity)),
        (typeof(ArgumentException), NoNorm("-1.5", "an empty tensor because the operation"), () => Nothing.Norm(-1.5)),
        (typeof(ArgumentException), NoNorm("-inf", "the dimension 1 because this dimension is empty and the operation"),
            () => Nothing.Norm(double.NegativeInfinity, -1)),
        (typeof(ArgumentException), NoNorm("inf", "the dimension 1 because this dimension is empty and the operation"),
            () => Nothing.Norm(double.PositiveInfinity, [0, 1])),
        (typeof(ArgumentException), "selected index k out of range: k is 4, and dimension 1 of shape [2, 3] has 3 elements. (Parameter 'k')",
            () => Matrix.TopK(4)),
        (typeof(ArgumentException), "selected index k out of range: k is -1, and dimension 0 of shape [2, 3] has 2 elements. (Parameter 'k')",
            () => Matrix.TopK(-1, 0)),
        (typeof(ArgumentException), "selected index k out of range: k is 2, and dimension 0 of shape [] has 1 elements. (Parameter 'k')", () => Number.TopK(2)),
        (typeof(ArgumentException), "stack expects a non-empty TensorList (Parameter 'tensors')", () => Tensor.Stack<float>([])),
        (typeof(ArgumentException), "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [2] at entry 1 (Parameter 'tensors')",
            () => Tensor.Stack<float>([Matrix, Pair])),
        (typeof(ArgumentOutOfRangeException), "Dimension out of range (expected to be in range of [-3, 2], but got 3) (Parameter 'dim')",
            () => Tensor.Stack<float>([Matrix], 3)),
        (typeof(ArgumentException), "split expects at least a 1-dimensional tensor (Parameter 'x')", () => Number.Split(1)),
        (typeof(ArgumentException), "split expects at least a 1-dimensional tensor (Parameter 'x')", () => Number.Split([1])),
        (typeof(ArgumentException), "split expects split_size be non-negative, but got split_size=-1 (Parameter 'size')",
            () => Matrix.Split(-1)),
        (typeof(ArgumentException), "split_size can only be 0 if dimension size is 0, but got dimension size of 3 (Parameter 'size')",
            () => Matrix.Split(0, 1)),
        (typeof(ArgumentException), "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[-1, 4] (Parameter 'sizes')",
            () => Matrix.Split([-1, 4], 1)),
        (typeof(ArgumentException), "split_with_sizes expects split_sizes to sum exactly to 3 (input tensor's size at dimension 1), but got " +
            "split_sizes=[1, 1] (Parameter 'sizes')", () => Matrix.Split([1, 1], 1)),
        (typeof(ArgumentException), "index_select(): Index is supposed to be a vector, but its shape is [1, 1]. (Parameter 'indices')",
            () => Matrix.IndexSelect(0, Tensor.Zeros<long>([1, 1]))),
        (typeof(ArgumentException), "index_select(): Index to scalar can have only 1 value, got 2 value(s) (Parameter 'indices')",
            () => Number.IndexSelect(0, Tensor.Zeros<long>([2]))),
        (typeof(ArgumentOutOfRangeException), "index -1 is out of bounds for dimension 1 with size 3, at flat position 1. (Parameter 'indices')",
            () => Matrix.IndexSelect(-1, Tensor.Create<long>([0, -1]))),
        (typeof(ArgumentOutOfRangeException), "index 2 is out of bounds for dimension 0 with size 2, at flat position 0. (Parameter 'indices')",
            () => Matrix.IndexSelect(0, Tensor.Create<long>([2]))),
        (typeof(ArgumentException), "n must be greater or equal to 0, got -1 (Parameter 'n')", () => Tensor.Eye<float>(-1)),
        (typeof(ArgumentException), "m must be greater or equal to 0, got -2 (Parameter 'm')", () => Tensor.Eye<float>(1, -2)),
        (typeof(ArgumentException), "number of steps must be non-negative, but steps is -1 (Parameter 'steps')", () => Tensor.Linspace(0f, 1, -1)),
        (typeof(ArgumentException), "end is 2, below the start 3; a step of 1 does not lead there. (Parameter 'end')", () => Tensor.Arange(3, 2)),
    ];

    public static TheoryData<int> Rows() => [.. Enumerable.Range(0, Table.Length)];

    [Theory, MemberData(nameof(Rows))]
    public void Says_what_is_wrong(int row)
    {
        var failure = Assert.Throws(Table[row].Kind, Table[row].Call);
        Assert.Equal(Table[row].Message, failure.Message);
    }

    private static string NoNorm(string p, string of) => $"linalg.vector_norm cannot compute the {p} norm on {of} does not have an identity (Parameter 'x')";

    private static IEnumerable<(Type, string, Action)> Axis(string name, int given, params Action[] calls) => calls.Select(call =>
        (typeof(ArgumentOutOfRangeException), $"Dimension out of range (expected to be in range of [-2, 1], but got {given}) (Parameter '{name}')", call));

    private static IEnumerable<(Type, string, Action)> Dims(string message, int[] dims) => new Action[]
        {
            () => Matrix.Sum(dims), () => Matrix.Mean(dims), () => Matrix.Var(dims), () => Matrix.Std(dims), () => Matrix.Norm(2, dims),
            () => Integers.Sum(dims),
        }
        .Select(call => (typeof(ArgumentException), $"{message} (Parameter 'dims')", call));
}
