using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>Operations that every element type has, integers too: arithmetic, comparisons, order.</summary>
internal static class Anything<T> where T : unmanaged, INumber<T>
{
    public static IEnumerable<Case> All() =>
    [
        Binary("TensorExtensions.op_Addition", "+", static (a, b) => a + b, static (a, b) => a + b),
        Binary("TensorExtensions.op_Subtraction", "-", static (a, b) => a - b, static (a, b) => a - b),
        Binary("TensorExtensions.op_Multiply", "*", static (a, b) => a * b, static (a, b) => a * b),
        Binary("TensorExtensions.Maximum", "max", static (a, b) => a.Maximum(b), static (a, b) => torch.maximum(a, b)),
        Binary("TensorExtensions.Minimum", "min", static (a, b) => a.Minimum(b), static (a, b) => torch.minimum(a, b)),
        Binary("TensorOfT.Equal", "==", static (a, b) => a.Equal(b), static (a, b) => a.eq(b)),
        Binary("TensorOfT.NotEqual", "!=", static (a, b) => a.NotEqual(b), static (a, b) => a.ne(b)),
        Binary("TensorOfT.Less", "<", static (a, b) => a.Less(b), static (a, b) => a.lt(b)),
        Binary("TensorOfT.LessEqual", "<=", static (a, b) => a.LessEqual(b), static (a, b) => a.le(b)),
        Binary("TensorOfT.Greater", ">", static (a, b) => a.Greater(b), static (a, b) => a.gt(b)),
        Binary("TensorOfT.GreaterEqual", ">=", static (a, b) => a.GreaterEqual(b), static (a, b) => a.ge(b)),
        InPlace("TensorOfT.op_AdditionAssignment", static (a, b) => a += b, static (a, b) => a.add_(b)),
        InPlace("TensorOfT.op_SubtractionAssignment", static (a, b) => a -= b, static (a, b) => a.sub_(b)),
        InPlace("TensorOfT.op_MultiplicationAssignment", static (a, b) => a *= b, static (a, b) => a.mul_(b)),
        InPlace("TensorOfT.CopyFrom", static (a, b) => a.CopyFrom(b), static (a, b) => a.copy_(b), "copy_: a source of another shape"),
        Case.Of<T>("Tensor.Where", Where),
        Case.Of<T>("TensorExtensions.Clamp", Clamp),
        Case.Of<T>("TensorExtensions.Max", static draw => Extreme(draw, "Max", static x => x.Max(), static (x, d, k) => x.Max(d, k), static x => x.max(),
            static (x, d, k) => x.max(d, k))),
        Case.Of<T>("TensorExtensions.Min", static draw => Extreme(draw, "Min", static x => x.Min(), static (x, d, k) => x.Min(d, k), static x => x.min(),
            static (x, d, k) => x.min(d, k))),
        Case.Of<T>("TensorExtensions.ArgMax", static draw => Position(draw, "ArgMax", static x => x.ArgMax(), static (x, d, k) => x.ArgMax(d, k),
            static x => x.argmax(), static (x, d, k) => x.argmax(d, k))),
        Case.Of<T>("TensorExtensions.ArgMin", static draw => Position(draw, "ArgMin", static x => x.ArgMin(), static (x, d, k) => x.ArgMin(d, k),
            static x => x.argmin(), static (x, d, k) => x.argmin(d, k))),
        Case.Of<T>("TensorExtensions.Sort", Sort),
        Case.Of<T>("TensorExtensions.TopK", TopK),
    ];

    private static Case Binary(string name, string sign, Func<Tensor<T>, Tensor<T>, Tensor> ours, Func<torch.Tensor, torch.Tensor, torch.Tensor> theirs) =>
        Case.Of<T>(name, draw =>
        {
            var shape = draw.Shape();
            var other = draw.Broadcasting(shape);
            return new CallOfT<T>
            {
                Text = $"a {sign} b", Inputs = draw.Coin() ? [draw.Tensor<T>(other), draw.Tensor<T>(shape)] : [draw.Tensor<T>(shape), draw.Tensor<T>(other)],
                Mixes = !shape.AsSpan().SequenceEqual(other), Surprisal = t => [ours(t[0], t[1])], Torch = t => [theirs(t[0], t[1])],
            };
        });

    private static Case InPlace(string name, Action<Tensor<T>, Tensor<T>> ours, Action<torch.Tensor, torch.Tensor> theirs, string? refused = null) =>
        Case.Of<T>(name, draw =>
        {
            var shape = draw.Shape();
            var other = draw.Broadcasting(shape);
            return new CallOfT<T>
            {
                Text = $"a = a + 0; a.{name}(b)", Inputs = [draw.Tensor<T>(shape), draw.Tensor<T>(other)], Mixes = !shape.AsSpan().SequenceEqual(other),
                Surprisal = t =>
                {
                    var x = t[0] + T.Zero;
                    ours(x, t[1]);
                    return [x];
                },
                Torch = t =>
                {
                    var x = t[0] + 0;
                    theirs(x, t[1]);
                    return [x];
                },
                Decisions = refused is null || shape.AsSpan().SequenceEqual(other) ? [] : [new(refused, Either: true)],
            };
        });

    private static CallOfT<T> Where(Draw draw)
    {
        var shape = draw.Shape();
        var condition = Numbers.Of<byte>(draw.Broadcasting(shape), () => draw.Of(0, 1, 2, 255));
        return new CallOfT<T>
        {
            Text = $"Tensor.Where({condition.ToCSharp("byte")}, a, b)", Inputs = [draw.Tensor<T>(shape), draw.Tensor<T>(draw.Broadcasting(shape))],
            Surprisal = t => [Tensor.Where(condition.ToTensor<byte>(), t[0], t[1])],
            Torch = t => [torch.where(condition.ToTorch(torch.uint8).ne(0), t[0], t[1])],
        };
    }

    private static CallOfT<T> Clamp(Draw draw)
    {
        var shape = draw.Shape();
        if (draw.Coin())
        {
            var (min, max) = (draw.Chance(3) ? null : draw.Tensor<T>(1), draw.Chance(3) ? null : draw.Tensor<T>(1));
            return new CallOfT<T>
            {
                Text = $"a.Clamp({min?[0]}, {max?[0]})", Inputs = [draw.Tensor<T>(shape)], Mixes = false,
                Surprisal = t => [t[0].Clamp(min is null ? null : (T?)T.CreateTruncating(min[0]), max is null ? null : (T?)T.CreateTruncating(max[0]))],
                Torch = t => [t[0].clamp(Scalar(min, t[0]), Scalar(max, t[0]))],
                Decisions = min is null == max is null ? [] :
                [
                    new("clamp: one bound, which is NaN", t => [t[0].clamp(min?[0] ?? double.NegativeInfinity, max?[0] ?? double.PositiveInfinity)]),
                ],
            };
        }
        var (hasMin, hasMax) = (!draw.Chance(4), !draw.Chance(4));
        int[] low = draw.Broadcasting(shape), high = draw.Broadcasting(shape);
        return new CallOfT<T>
        {
            Text = $"a.Clamp({(hasMin ? "b" : "null")}, {(hasMax ? "c" : "null")})",
            Inputs = [draw.Tensor<T>(shape), draw.Tensor<T>(low), draw.Tensor<T>(high)],
            Surprisal = t => [t[0].Clamp(hasMin ? t[1] : null, hasMax ? t[2] : null)],
            Torch = t => [t[0].clamp(hasMin ? t[1] : null, hasMax ? t[2] : null)],
            Decisions = Draw.Fits(low, shape) && Draw.Fits(high, shape) ? [] : [new("clamp: tensor bounds that repeat the tensor", Either: true)],
        };

        static Scalar? Scalar(Numbers? bound, torch.Tensor like) =>
            bound is null ? null : torch.is_integral(like.dtype) ? (Scalar)(long)bound[0] : (Scalar)bound[0];
    }

    private static CallOfT<T> Extreme(
        Draw draw, string name, Func<Tensor<T>, Tensor<T>> ours, Func<Tensor<T>, int, bool, (Tensor<T> Values, Tensor<long> Indices)> along,
        Func<torch.Tensor, torch.Tensor> theirs, Func<torch.Tensor, int, bool, (torch.Tensor Values, torch.Tensor Indices)> theirsAlong)
    {
        var shape = draw.Shape();
        if (draw.Chance(3))
            return new CallOfT<T> { Text = $"a.{name}()", Inputs = [draw.Tensor<T>(shape)], Surprisal = t => [ours(t[0])], Torch = t => [theirs(t[0])] };
        var (dim, keep) = (draw.Dim(shape.Length), draw.Coin());
        return new CallOfT<T>
        {
            Text = $"a.{name}({dim}, {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => along(t[0], dim, keep) is var (values, indices) ? [values, indices] : [],
            Torch = t => theirsAlong(t[0], dim, keep) is var (values, indices) ? [values, indices] : [],
        };
    }

    private static CallOfT<T> Position(
        Draw draw, string name, Func<Tensor<T>, Tensor<long>> ours, Func<Tensor<T>, int, bool, Tensor<long>> along,
        Func<torch.Tensor, torch.Tensor> theirs, Func<torch.Tensor, int, bool, torch.Tensor> theirsAlong)
    {
        var shape = draw.Shape();
        var (all, dim, keep) = (draw.Chance(3), draw.Dim(shape.Length), draw.Coin());
        return new CallOfT<T>
        {
            Text = all ? $"a.{name}()" : $"a.{name}({dim}, {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [all ? ours(t[0]) : along(t[0], dim, keep)], Torch = t => [all ? theirs(t[0]) : theirsAlong(t[0], dim, keep)],
        };
    }

    private static CallOfT<T> Sort(Draw draw)
    {
        var shape = draw.Shape();
        var (dim, descending) = (draw.Dim(shape.Length), draw.Coin());
        return new CallOfT<T>
        {
            Text = $"a.Sort({dim}, {descending})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => t[0].Sort(dim, descending) is var (values, indices) ? [values, indices] : [],
            Torch = t => t[0].sort(dim, descending, stable: true) is var (values, indices) ? [values, indices] : [],
        };
    }

    private static CallOfT<T> TopK(Draw draw)
    {
        var shape = draw.Shape();
        var (dim, largest) = (draw.Dim(shape.Length), draw.Coin());
        var along = shape.Length == 0 || dim >= shape.Length || dim < -shape.Length ? 1 : shape[dim < 0 ? dim + shape.Length : dim];
        var k = draw.Chance(30) ? draw.Of(along + 1, -1) : draw.Below(along + 1);
        return new CallOfT<T>
        {
            Text = $"a.TopK({k}, {dim}, {largest})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => t[0].TopK(k, dim, largest) is var (values, indices) ? [values, indices] : [],
            Torch = t => t[0].topk(k, dim, largest) is var (values, indices) ? [values, indices] : [],
            Decisions = [new("topk: equal elements", t => Stable(t[0]))],
        };

        // The first of a stable order, which takes the lower index of equal ones.
        torch.Tensor[] Stable(torch.Tensor x)
        {
            var (values, indices) = x.sort(dim, largest, stable: true);
            return shape.Length == 0 ? [values, indices] : [values.narrow(dim, 0, k), indices.narrow(dim, 0, k)];
        }
    }
}
