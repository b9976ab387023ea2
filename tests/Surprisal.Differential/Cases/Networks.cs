using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>Products, convolutions and pooling, in one floating type.</summary>
internal static class Networks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("TensorExtensions.MatMul", MatMul),
        Case.Of<T>("TensorExtensions.Linear", Linear),
    ];

    /// <summary>What 16-bit numbers do not have.</summary>
    public static IEnumerable<Case> OfImages() =>
    [
        Case.Of<T>("TensorExtensions.Conv2d", Conv2d),
        Case.Of<T>("TensorExtensions.MaxPool2d", static draw => Pool(draw, "MaxPool2d", static (x, k, s, p) => x.MaxPool2d(k, s, p),
            static (x, k, s, p) => F.max_pool2d(x, k, s, p))),
        Case.Of<T>("TensorExtensions.AvgPool2d", static draw => Pool(draw, "AvgPool2d", static (x, k, s, p) => x.AvgPool2d(k, s, p),
            static (x, k, s, p) => F.avg_pool2d(x, k, s, p))),
    ];

    private static CallOfT<T> MatMul(Draw draw)
    {
        var (m, k, n) = (draw.Size(40), draw.Size(), draw.Size(40));
        var batch = draw.Chance(3) ? draw.Shape(1, 2) : [];
        if (((TensorShape)batch).ElementCount > 12) batch = [2];
        int[] left = draw.Chance(5) ? [k] : [.. batch, m, k], right = draw.Chance(5) ? [k] : [.. draw.Coin() ? batch : Ones(draw, batch), k, n];
        if (draw.Chance(30)) left = draw.Changed(left);
        if (draw.Chance(60)) right = [];
        var (a, b) = (draw.Factors<T>(left), draw.Factors<T>(right));
        // A product of sizes that do not fit ends the process in libtorch.
        var fits = left.Length > 0 && right.Length > 0 && left[^1] == (right.Length == 1 ? right[0] : right[^2]);
        return new()
        {
            Roundings = 8, Text = "a.MatMul(b)", Inputs = [a, b], Surprisal = static t => [t[0].MatMul(t[1])],
            Torch = t => fits ? [t[0].matmul(t[1])] : throw new ArgumentException("mat1 and mat2 shapes cannot be multiplied"),
        };
    }

    private static int[] Ones(Draw draw, int[] batch) => [.. batch.Skip(draw.Below(batch.Length + 1)).Select(size => draw.Coin() ? 1 : size)];

    private static CallOfT<T> Linear(Draw draw)
    {
        var (inputs, outputs, bias) = (draw.Size(), draw.Size(40), !draw.Chance(3));
        int[] shape = [.. draw.Shape(0, 2), inputs], weight = [outputs, inputs];
        if (((TensorShape)shape).ElementCount > 9000) shape = [2, inputs];
        return new()
        {
            Roundings = 8, Text = $"a.Linear(b{(bias ? ", c" : "")})", Inputs = [draw.Factors<T>(shape), draw.Factors<T>(weight), draw.Factors<T>(outputs)],
            Surprisal = t => [t[0].Linear(t[1], bias ? t[2] : null)], Torch = t => [F.linear(t[0], t[1], bias ? t[2] : null)],
        };
    }

    private static CallOfT<T> Conv2d(Draw draw)
    {
        var (groups, dilation) = draw.Coin() ? (1, 1) : (1 + draw.Below(3), 1 + draw.Below(3));
        var (n, channels, outputs) = (draw.Chance(12) ? 0 : 1 + draw.Below(3), groups * (1 + draw.Below(4)), groups * (1 + draw.Below(6)));
        var (height, width) = (draw.Of(4, 5, 1, 7, 8, 16, 17), draw.Of(4, 5, 1, 7, 8, 16, 17, 33));
        var (kernelHeight, kernelWidth) = (1 + draw.Below(5), 1 + draw.Below(5));
        var (stride, padding, bias) = (1 + draw.Below(3), draw.Below(3), draw.Coin());
        int[] image = [n, draw.Chance(40) ? channels + 1 : channels, height, width], weight = [outputs, channels / groups, kernelHeight, kernelWidth];
        return new()
        {
            Roundings = 8, Text = $"a.Conv2d(b, {(bias ? "c" : "null")}, {stride}, {padding}, {dilation}, {groups})",
            Inputs = [draw.Factors<T>(image), draw.Factors<T>(weight), draw.Factors<T>(outputs)],
            Surprisal = t => [t[0].Conv2d(t[1], bias ? t[2] : null, stride, padding, dilation, groups)],
            Torch = t => [F.conv2d(t[0], t[1], bias ? t[2] : null, [stride, stride], [padding, padding], [dilation, dilation], groups)],
        };
    }

    private static CallOfT<T> Pool(
        Draw draw, string name, Func<Tensor<T>, int, int?, int, Tensor<T>> ours, Func<torch.Tensor, long, long?, long, torch.Tensor> theirs)
    {
        var (kernel, stride, padding) = (1 + draw.Below(4), draw.Of<int?>(null, 1, 2, 3, 5), draw.Below(3));
        int[] image = [draw.Chance(12) ? 0 : 1 + draw.Below(3), 1 + draw.Below(4), draw.Of(4, 5, 1, 2, 7, 8, 16, 17), draw.Of(4, 5, 1, 2, 7, 16, 17, 33, 40)];
        return new()
        {
            Text = $"a.{name}({kernel}, {stride?.ToString() ?? "null"}, {padding})", Inputs = [draw.Tensor<T>(image)],
            Surprisal = t => [ours(t[0], kernel, stride, padding)], Torch = t => [theirs(t[0], kernel, stride, padding)],
        };
    }
}
