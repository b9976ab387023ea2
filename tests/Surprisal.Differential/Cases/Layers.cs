using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>The operations of deeper networks: activations and normalisation, and in float and double those of images.</summary>
internal static class Layers<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("TensorExtensions.LeakyRelu", static draw =>
        {
            var slope = draw.Of(0.01, 0, 0.25, 1.5);
            return Map(draw, $"LeakyRelu({slope})", x => x.LeakyRelu(slope), x => F.leaky_relu(x, slope), draw.Tensor<T>(draw.Shape()));
        }),
        // What lies beyond these numbers is in UnitTests: PyTorch's GELU is 0 from -6 on in float, and NaN at the infinities.
        Case.Of<T>("TensorExtensions.Gelu", static draw => Map(draw, "Gelu()", static x => x.Gelu(), static x => F.gelu(x), draw.Moderate<T>(draw.Shape()))),
        Case.Of<T>("TensorExtensions.Silu", static draw => Map(draw, "Silu()", static x => x.Silu(), static x => F.silu(x), draw.Moderate<T>(draw.Shape()))),
        Case.Of<T>("TensorExtensions.LayerNorm", LayerNorm),
    ];

    public static IEnumerable<Case> OfImages() =>
    [
        Case.Of<T>("TensorExtensions.ConvTranspose2d", ConvTranspose2d),
        Case.Of<T>("TensorExtensions.AdaptiveAvgPool2d", static draw =>
        {
            var (height, width) = (1 + draw.Below(5), 1 + draw.Below(17));
            return Map(draw, $"AdaptiveAvgPool2d({height}, {width})", x => x.AdaptiveAvgPool2d(height, width),
                x => F.adaptive_avg_pool2d(x, (height, width)), draw.Moderate<T>(Images(draw)), mixes: true);
        }),
        Case.Of<T>("TensorExtensions.Upsample", Upsample),
    ];

    private static CallOfT<T> Map(
        Draw draw, string text, Func<Tensor<T>, Tensor<T>> ours, Func<torch.Tensor, torch.Tensor> theirs, Numbers input, bool mixes = false) => new()
        {
            Text = $"a.{text}", Inputs = [input], Mixes = mixes, Slack = 8, Roundings = mixes ? 4 : 1, Surprisal = t => [ours(t[0])],
            Torch = t => [theirs(t[0])],
        };

    private static int[] Images(Draw draw) =>
        [draw.Chance(12) ? 0 : 1 + draw.Below(3), 1 + draw.Below(4), draw.Of(4, 5, 1, 2, 7, 8), draw.Of(4, 5, 1, 2, 7, 15, 16, 17)];

    private static CallOfT<T> LayerNorm(Draw draw)
    {
        int[] normalized = draw.Coin() ? [1 + draw.Below(33)] : [1 + draw.Below(5), 1 + draw.Below(17)], shape = [draw.Below(4), .. normalized];
        var affine = draw.Coin();
        return new()
        {
            Roundings = 16, Text = $"a.LayerNorm({Shape(normalized)}{(affine ? ", b, c" : "")})",
            Inputs = [draw.Moderate<T>(shape), draw.Moderate<T>(normalized), draw.Moderate<T>(normalized)],
            Surprisal = t => [t[0].LayerNorm(normalized, affine ? t[1] : null, affine ? t[2] : null)],
            Torch = t => [F.layer_norm(t[0], [.. normalized.Select(static size => (long)size)], affine ? t[1] : null, affine ? t[2] : null)],
        };
    }

    private static string Shape(int[] sizes) => $"[{string.Join(", ", sizes)}]";

    private static CallOfT<T> ConvTranspose2d(Draw draw)
    {
        var (groups, stride, padding, dilation, bias) = (1 + draw.Below(3), 1 + draw.Below(3), draw.Below(3), 1 + draw.Below(3), draw.Coin());
        var (channels, outputs, more) = (groups * (1 + draw.Below(3)), 1 + draw.Below(4), draw.Below(3));
        int[] image = Images(draw), weight = [channels, outputs, 1 + draw.Below(4), 1 + draw.Below(4)];
        image[1] = channels;
        image[0] = Math.Max(1, image[0]); // without images libtorch looks at no size; the goldens have none too
        return new()
        {
            Roundings = 8, Text = $"a.ConvTranspose2d(b, {(bias ? "c" : "null")}, {stride}, {padding}, {more}, {groups}, {dilation})",
            Inputs = [draw.Factors<T>(image), draw.Factors<T>(weight), draw.Factors<T>(outputs * groups)],
            Surprisal = t => [t[0].ConvTranspose2d(t[1], bias ? t[2] : null, stride, padding, more, groups, dilation)],
            Torch = t => [F.conv_transpose2d(t[0], t[1], bias ? t[2] : null, [stride, stride], [padding, padding], [more, more], [dilation, dilation], groups)],
        };
    }

    private static CallOfT<T> Upsample(Draw draw)
    {
        var (isNearest, corners, height, width) = (draw.Coin(), draw.Coin(), 1 + draw.Below(9), 1 + draw.Below(33));
        var (mode, align) = (isNearest ? UpsampleMode.Nearest : UpsampleMode.Bilinear, !isNearest && corners);
        var scale = draw.Of(0, 2, 1.5, 0.5);
        return Map(draw, scale == 0 ? $"Upsample({height}, {width}, {mode}, {align})" : $"Upsample({scale}, {mode}, {align})",
            x => scale == 0 ? x.Upsample(height, width, mode, align) : x.Upsample(scale, mode, align),
            x => F.interpolate(x, scale == 0 ? [height, width] : null, scale == 0 ? null : [scale, scale],
                isNearest ? torch.InterpolationMode.Nearest : torch.InterpolationMode.Bilinear, isNearest ? null : align),
            draw.Moderate<T>(Images(draw)), mixes: true);
    }
}
