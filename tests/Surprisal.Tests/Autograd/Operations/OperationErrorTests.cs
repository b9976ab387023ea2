namespace Surprisal.Tests.Autograd;

/// <summary>What operations refuse, in whole messages, and the operations without a gradient.</summary>
public sealed class OperationErrorTests
{
    private static readonly Tensor<float> Matrix = Tensor.Create<float>([[1, 5, 5], [4, 2, 0]]), Number = Tensor.Scalar(1f),
        Nothing = Tensor.Zeros<float>([2, 0]);

    private static readonly (string Message, Action Call)[] Table =
    [
        ("The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: shapes [2, 3] and [2] do not broadcast.",
            () => _ = Matrix + Tensor.Ones<float>([2])),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')", () => Matrix.Sum(2)),
        ("Dimension out of range (expected to be in range of [-2, 1], but got -3) (Parameter 'dim')", () => Matrix.Softmax(-3)),
        ("Dimension out of range (expected to be in range of [-1, 0], but got 1) (Parameter 'dim')", () => Number.LogSoftmax(1)),
        ("Dimension out of range (expected to be in range of [-3, 2], but got 3) (Parameter 'dim')", () => Matrix.Unsqueeze(3)),
        ("Dimension out of range (expected to be in range of [-1, 0], but got -2) (Parameter 'dim0')", () => Tensor.Ones<float>([2]).Transpose()),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim1')", () => Matrix.Transpose(0, 2)),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dims')", () => Matrix.Permute(0, 2)),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'startDim')", () => Matrix.Flatten(2)),
        ("Dimension out of range (expected to be in range of [-2, 1], but got -3) (Parameter 'endDim')", () => Matrix.Flatten(0, -3)),
        ("Dimension out of range (expected to be in range of [-1, 0], but got 1) (Parameter 'startDim')", () => Number.Flatten(1)),
        ("Dimension out of range (expected to be in range of [-1, 0], but got -2) (Parameter 'endDim')", () => Number.Flatten(0, -2)),
        ("shape is [3, 3], to which x of shape [2, 3] does not expand: only sizes of 1 are repeated, and -1 keeps a size that x has. (Parameter 'shape')",
            () => Matrix.Expand(3, 3)),
        ("shape is [-1, 2, 3], to which x of shape [2, 3] does not expand: only sizes of 1 are repeated, and -1 keeps a size that x has. (Parameter 'shape')",
            () => Matrix.Expand(-1, 2, 3)),
        ("shape is [3], to which x of shape [2, 3] does not expand: only sizes of 1 are repeated, and -1 keeps a size that x has. (Parameter 'shape')",
            () => Matrix.Expand(3)),
        ("weight has shape [1, 1, 0, 1]; kernels need at least one row and one column. (Parameter 'weight')",
            () => Tensor.Ones<float>([1, 1, 2, 2]).Conv2d(Tensor.Ones<float>([1, 1, 0, 1]))),
        ("kernelSize is 0; the side of a window is at least 1. (Parameter 'kernelSize')",
            () => Tensor.Ones<float>([1, 1, 2, 2]).MaxPool2d(0)),
        ("kernelSize is 0; the side of a window is at least 1. (Parameter 'kernelSize')",
            () => Tensor.Ones<float>([1, 1, 2, 2]).AvgPool2d(0)),
        ("dims are [0, 0], but each of the 2 dims of shape [2, 3] must appear exactly once. (Parameter 'dims')", () => Matrix.Permute(0, 0)),
        ("dims are [1], but each of the 2 dims of shape [2, 3] must appear exactly once. (Parameter 'dims')", () => Matrix.Permute(1)),
        ("shape '[4]' is invalid for input of size 6 (Parameter 'shape')", () => Matrix.Reshape(4)),
        ("shape '[4, -1]' is invalid for input of size 6 (Parameter 'shape')", () => Matrix.Reshape(4, -1)),
        ("cannot reshape tensor of 0 elements into shape [0, -1] because the unspecified dimension size -1 can be any value and is ambiguous " +
            "(Parameter 'shape')", () => Nothing.Reshape(0, -1)),
        ("shape '[0, -1]' is invalid for input of size 6 (Parameter 'shape')", () => Matrix.Reshape(0, -1)),
        ("only one dimension can be inferred, but the shape is [-1, -1] (Parameter 'shape')", () => Matrix.Reshape(-1, -1)),
        ("flatten() has invalid args: start_dim (1) cannot come after end_dim (0) (Parameter 'endDim')\nActual value was 0.", () => Matrix.Flatten(1, 0)),
        ("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3) (Parameter 'b')", () => Matrix.MatMul(Matrix)),
        ("both arguments to matmul need to be at least 1D, but they are 2D and 0D (Parameter 'b')", () => Matrix.MatMul(Number)),
        ("both arguments to matmul need to be at least 1D, but they are 0D and 0D (Parameter 'a')", () => Number.MatMul(Number)),
        ("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x1) (Parameter 'b')", () => Matrix.MatMul(Tensor.Ones<float>([2]))),
        ("mat1 and mat2 shapes cannot be multiplied (1x3 and 2x3) (Parameter 'b')", () => Tensor.Ones<float>([3]).MatMul(Matrix)),
        ("mat1 and mat2 shapes cannot be multiplied (1x3 and 2x1) (Parameter 'b')", () => Tensor.Ones<float>([3]).MatMul(Tensor.Ones<float>([2]))),
        ("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0: shapes [2] and [3] do not broadcast.",
            () => Tensor.Ones<float>([2, 1, 1]).MatMul(Tensor.Ones<float>([3, 1, 1]))),
        ("torch.cat(): expected a non-empty list of Tensors (Parameter 'tensors')", () => Tensor.Concatenate<float>([])),
        ("zero-dimensional tensor (at position 0) cannot be concatenated; use Unsqueeze(0) first. (Parameter 'tensors')",
            () => Tensor.Concatenate<float>([Number])),
        ("Sizes of tensors must match except in dimension 0: tensors[1] has shape [2, 0], tensors[0] has [2, 3]. (Parameter 'tensors')",
            () => Tensor.Concatenate<float>([Matrix, Nothing])),
        ("Sizes of tensors must match except in dimension 0: tensors[1] has shape [0], tensors[0] has [2, 3]. (Parameter 'tensors')",
            () => Tensor.Concatenate<float>([Matrix, Tensor.Zeros<float>([0])])),
        ("Index tensor must have the same number of dimensions as input tensor: indices have shape [1], the input [2, 3]. (Parameter 'indices')",
            () => Matrix.Gather(0, Tensor.Create([0L]))),
        ("Index tensor must have the same number of dimensions as input tensor: indices have shape [1], the input []. (Parameter 'indices')",
            () => Number.Gather(0, Tensor.Create([0L]))),
        ("Size does not match at dimension 0: expected index [3, 1] to be smaller than self [2, 3] apart from dimension 1. (Parameter 'indices')",
            () => Matrix.Gather(1, Tensor.Zeros<long>([3, 1]))),
        ("index 3 is out of bounds for dimension 1 with size 3, at flat position 1. (Parameter 'indices')",
            () => Matrix.Gather(1, Tensor.Create([0L, 3], [1, 2]))),
        ("index -1 is out of bounds for dimension 0 with size 2, at flat position 0. (Parameter 'indices')", () => Matrix.Gather(0, Tensor.Full([1, 1], -1L))),
        ("index 2 is out of bounds for dimension 0 with size 2 (Parameter 'row')", () => _ = Matrix[2]),
        ("index ^3 is out of bounds for dimension 0 with size 2 (Parameter 'row')", () => _ = Matrix[^3]),
        ("invalid index of a 0-dim tensor. Use Item() to get its number.", () => _ = Number[0]),
        ("slice() cannot be applied to a 0-dim tensor. Use Item() to get its number.", () => _ = Number[..]),
        ("max(): Expected reduction dim to be specified for input.numel() == 0: an empty tensor has no largest element. (Parameter 'x')",
            () => Nothing.Max()),
        ("max(): Expected reduction dim 1 to have non-zero size; the shape is [2, 0]. (Parameter 'x')", () => Nothing.Max(1)),
        ("argmax(): Expected reduction dim 0 to have non-zero size; the shape is [0]. (Parameter 'x')", () => Nothing.ArgMax()),
        ("Can not infer total number of classes from empty tensor. (Parameter 'indices')", () => Tensor.Zeros<long>([0]).OneHot()),
        ("Class values must be non-negative: the index at flat position 1 is -1; classes are 0..2. (Parameter 'indices')",
            () => Tensor.Create<long>([0, -1]).OneHot(3)),
        ("Class values must be smaller than num_classes: the index at flat position 1 is 2, num_classes is 2; classes are 0..1. (Parameter 'numClasses')",
            () => Tensor.Create<long>([0, 2]).OneHot(2)),
    ];

    public static TheoryData<int> Rows() => [.. Enumerable.Range(0, Table.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Says_what_is_wrong(int row)
    {
        var failure = Assert.ThrowsAny<Exception>(Table[row].Call);
        Assert.Equal(Table[row].Message, failure.Message.ReplaceLineEndings("\n"));
        Assert.True(failure is ArgumentException or InvalidOperationException);
    }

    [Fact]
    public void What_is_empty_or_a_single_number_is_no_error_where_it_need_not_be()
    {
        Assert.Equal([1], Number.Flatten().Shape.ToArray());
        Assert.Equal([1], Number.Flatten(-1, 0).Shape.ToArray());
        Assert.Equal([0], Nothing.Reshape(-1).Shape.ToArray());
        Assert.Equal([0, 3], Nothing.Reshape(-1, 3).Shape.ToArray());
        Assert.Equal([2, 1], Matrix.IndexSelect(1, Tensor.Scalar(2L)).Shape.ToArray());
        Assert.Equal([0], Tensor.Zeros<float>([0, 3]).ArgMax(1).Shape.ToArray());
        Assert.Equal([0], Tensor.Zeros<float>([0, 3]).Max(1).Values.Shape.ToArray());
        Assert.Equal([2, 3], Matrix.Expand(-1, 3).Shape.ToArray());
        Assert.Equal([1f, 5, 5, 4, 2, 0, 1, 5, 5, 4, 2, 0], Matrix.Expand(2, -1, -1).ToArray());
        Assert.Equal([0, 3], (Tensor.Zeros<float>([3, 0]) + Tensor.Zeros<float>([1])).Transpose().Shape.ToArray());
    }

    [Fact]
    public void ArgMax_takes_the_first_of_equals_and_NaN_before_all()
    {
        Assert.Equal(1L, Matrix.ArgMax().Item());
        Assert.Equal([1L, 0, 0], Matrix.ArgMax(0).ToArray());
        Assert.Equal([1L, 0], Matrix.ArgMax(-1).ToArray());
        Assert.Equal([2, 1], Matrix.ArgMax(1, keepDim: true).Shape.ToArray());
        Assert.Equal([1L, 0], Matrix.Max(1).Indices.ToArray());
        Assert.Equal(1L, Tensor.Create<float>([7, float.NaN, 9, float.NaN]).ArgMax().Item());
        Assert.Equal(0L, Number.ArgMax(0).Item());
        Assert.Equal(2L, Tensor.Create<byte>([1, 2, 3]).ArgMax().Item());
    }

    [Fact]
    public void OneHot_sets_a_one_at_each_class()
    {
        var y = Tensor.Create<int>([2, 0]).OneHot();
        Assert.Equal([2, 3], y.Shape.ToArray());
        Assert.Equal([0L, 0, 1, 1, 0, 0], y.ToArray());
        Assert.Equal([0L, 1, 0, 0], Tensor.Scalar((byte)1).OneHot(4).ToArray());
        Assert.Equal([0, 5], Tensor.Zeros<long>([0]).OneHot(5).Shape.ToArray());
    }

    [Fact]
    public void Integers_add_up_exactly()
    {
        Assert.Equal(long.MaxValue - 1, Tensor.Create([long.MaxValue - 2, 1L]).Sum().Item());
        Assert.Equal([(1L << 60) + 1, 1], Tensor.Create([1L << 60, 0, 1, 1], [2, 2]).Sum(0).ToArray());
        Assert.Equal([4, -6], (Tensor.Create([1, 2]) * 4 - Tensor.Create([0, 14])).ToArray());
    }
}
