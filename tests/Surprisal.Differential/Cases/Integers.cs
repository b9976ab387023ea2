using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>What integers have of their own, in one integer type.</summary>
internal static class Integers<T> where T : unmanaged, IBinaryInteger<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("IntegerTensorExtensions.Sum", Sum),
        Case.Of<T>("IntegerTensorExtensions.CumSum", CumSum),
        Case.Of<T>("TensorExtensions.OneHot", static draw => OneHot(draw, static (x, classes) => x.OneHot(classes))),
        Case.Of<T>("Functional.OneHot", static draw => OneHot(draw, Functional.OneHot)),
    ];

    private static CallOfT<T> Sum(Draw draw)
    {
        var shape = draw.Shape();
        var (all, dims, keep) = (draw.Chance(3), draw.Dims(shape.Length), draw.Coin());
        return new()
        {
            Text = all ? "a.Sum()" : $"a.Sum([{string.Join(", ", dims)}], {keep})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [all ? t[0].Sum() : dims is [var dim] ? t[0].Sum(dim, keep) : t[0].Sum(dims, keep)],
            Torch = t => [all ? t[0].sum() : t[0].sum([.. dims.Select(static dim => (long)dim)], keep)],
        };
    }

    private static CallOfT<T> CumSum(Draw draw)
    {
        var shape = draw.Shape();
        var dim = draw.Dim(shape.Length);
        return new() { Text = $"a.CumSum({dim})", Inputs = [draw.Tensor<T>(shape)], Surprisal = t => [t[0].CumSum(dim)], Torch = t => [t[0].cumsum(dim)] };
    }

    private static CallOfT<T> OneHot(Draw draw, Func<Tensor<T>, int, Tensor<long>> ours)
    {
        var count = draw.Of(5, 1, 17, 40);
        var classes = draw.Chance(10) ? draw.Of(0, count - 1, -2) : draw.Of(-1, count, count + 3);
        var indices = draw.Indices(count, draw.Shape(0, 3)).Map(static index => double.CreateTruncating(T.CreateTruncating(index)));
        return new()
        {
            Text = $"a.OneHot({classes})", Inputs = [indices], Surprisal = t => [ours(t[0], classes)],
            Torch = t => [torch.nn.functional.one_hot(t[0].to(torch.int64), classes)],
        };
    }
}
