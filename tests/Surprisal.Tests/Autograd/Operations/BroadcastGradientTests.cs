namespace Surprisal.Tests.Autograd;

/// <summary>
/// Gradients of operands that were repeated: sums in double of products in double, rounded once, against loops; over pieces, rows and several dimensions.
/// </summary>
public sealed class BroadcastGradientTests
{
    private static readonly (int[] A, int[] B)[] Shapes =
        [([], []), ([3], []), ([], [3]), ([2, 3, 4], [3, 1]), ([2, 3, 4], [4]), ([2, 1, 4], [1, 3, 1]), ([3, 2500], [3, 1]), ([3, 2500], [2500]),
            ([2, 1], [2, 2500]), ([2500], [1]), ([40_000], [40_000]), ([2, 0], [1]), ([5, 1], [1, 1])];

    public static TheoryData<int, string> Cases() => new MatrixTheoryData<int, string>(Enumerable.Range(0, Shapes.Length), ["*", "/"]);

    [Theory, MemberData(nameof(Cases))]
    public void Sums_of_products_are_rounded_once(int shapes, string name)
    {
        Check<float>(Shapes[shapes].A, Shapes[shapes].B, name);
        Check<double>(Shapes[shapes].A, Shapes[shapes].B, name);
        Check<Half>(Shapes[shapes].A, Shapes[shapes].B, name);
        Check<BFloat16>(Shapes[shapes].A, Shapes[shapes].B, name);
    }

    [Fact]
    public void A_product_that_is_no_float_may_be_part_of_a_sum_that_is()
    {
        var factor = Tensor.Scalar(1f, requiresGrad: true);
        (Tensor.Create<float>([3e38f, -2e38f]) * factor).Backward(Tensor.Full([2], 1.5f));
        Assert.Equal((float)(1.5 * 3e38f - 1.5 * 2e38f), factor.Grad!.Item());
    }

    private static void Check<T>(int[] shapeA, int[] shapeB, string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int seed = 17;
        Tensor<T> a = Tensor.Randn<T>(shapeA, new Seed(seed), requiresGrad: true), b = Tensor.Rand<T>(shapeB, new Seed(seed + 1));
        b += T.One;
        b.WithGrad(true);
        var c = name == "*" ? a * b : a / b;
        var g = Tensor.Randn<T>(c.Shape, new Seed(seed + 2));
        c.Backward(g);
        var (da, db) = (new double[a.Length], new double[b.Length]);
        var at = new int[c.Rank];
        for (var i = 0; i < c.Length; i++)
        {
            for (var (d, rest) = (c.Rank - 1, i); d >= 0; rest /= c.Shape[d--]) at[d] = rest % c.Shape[d];
            var (p, q) = (Flat(at, shapeA), Flat(at, shapeB));
            double x = double.CreateTruncating(a.Span[p]), y = double.CreateTruncating(b.Span[q]), u = double.CreateTruncating(g.Span[i]);
            da[p] += name == "*" ? u * y : u / y;
            db[q] += name == "*" ? u * x : -(x / y) * (u / y);
        }
        for (var i = 0; i < da.Length; i++) Near(da[i], a.Grad!.Span[i], $"left {i}");
        for (var i = 0; i < db.Length; i++) Near(db[i], b.Grad!.Span[i], $"right {i}");

        // Double sums by two orders differ by what rounding takes; narrower ones are rounded once from either.
        void Near(double truth, T actual, string what) =>
            EdgeGrid.Check(truth, actual, typeof(T) == typeof(double) ? 4096 : 0.51,
                $"{Shape.Format(shapeA)} {name} {Shape.Format(shapeB)}, seed {seed}, {what}");
    }

    private static int Flat(int[] at, int[] shape)
    {
        var flat = 0;
        for (var d = 0; d < shape.Length; d++) flat = flat * shape[d] + (shape[d] == 1 ? 0 : at[at.Length - shape.Length + d]);
        return flat;
    }
}
