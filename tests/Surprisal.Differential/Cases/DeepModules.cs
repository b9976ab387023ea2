using Surprisal.Modules;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>The modules of deeper networks, with parameters as inputs beside the images, and the models made of them.</summary>
internal static class DeepModules
{
    public static IEnumerable<Case> All() =>
    [
        Simple("Modules.LeakyRelu", static () => new LeakyRelu(0.25), static x => F.leaky_relu(x, 0.25)),
        Simple("Modules.Gelu", static () => new Gelu(), static x => F.gelu(x)),
        Simple("Modules.Silu", static () => new Silu(), static x => F.silu(x)),
        Simple("Modules.AdaptiveAvgPool2d", static () => new AdaptiveAvgPool2d(2, 3), static x => F.adaptive_avg_pool2d(x, (2, 3))),
        Simple("Modules.Upsample", static () => new Upsample(2, UpsampleMode.Bilinear),
            static x => F.interpolate(x, scale_factor: [2, 2], mode: torch.InterpolationMode.Bilinear, align_corners: false)),
        Layer("Modules.ConvTranspose2d", static () => new ConvTranspose2d(4, 6, 3, new Seed(0), 2, 1, 1, 2), [4, 5, 7],
            static t => F.conv_transpose2d(t[0], t[1], t[2], [2, 2], [1, 1], [1, 1], [1, 1], 2)),
        Layer("Modules.BatchNorm1d", static () => new BatchNorm1d(4), [4, 9], static t => F.batch_norm(t[0], null, null, t[1], t[2], true)),
        Layer("Modules.LayerNorm", static () => new LayerNorm([4, 9]), [4, 9], static t => F.layer_norm(t[0], [4, 9], t[1], t[2])),
        Layer("Modules.AdaptiveLogSoftmaxWithLoss", static () => new AdaptiveLogSoftmaxWithLoss(6, 9, [2, 5], new Seed(0), divValue: 2, headBias: true), [6],
            static t =>
            {
                var head = F.log_softmax(F.linear(t[0], t[1], t[2]), 1);
                torch.Tensor Tail(int at, int cluster) => F.log_softmax(F.linear(F.linear(t[0], t[at]), t[at + 1]), 1) + head.narrow(1, cluster, 1);
                return torch.cat([head.narrow(1, 0, 2), Tail(3, 2), Tail(5, 3)], 1);
            }),
        Layer("Modules.BasicBlock", static () => new BasicBlock(3, 4, new Seed(0), 2), [3, 6, 5], static t => Block(t[0], t, 1, 2)),
        Layer("Modules.ResNet", static () => new ResNet(2, 3, new Seed(0), width: 2, blocks: 1), [2, 9, 8], static t =>
        {
            var x = Norm(F.conv2d(t[0], t[1], null, [1, 1], [1, 1]), t, 2).relu();
            x = Block(Block(Block(x, t, 4, 1, plain: true), t, 10, 2), t, 19, 2);
            return F.linear(x.mean([2, 3]), t[28], t[29]);
        }),
        Layer("Modules.UNet", static () => new UNet(1, 2, new Seed(0), width: 2, levels: 1), [1, 7, 6], static t =>
        {
            var skip = Level(t[0], t, 1);
            var up = F.conv_transpose2d(Level(F.max_pool2d(skip, 2), t, 7), t[13], t[14], [2, 2], [0, 0], [skip.shape[2] % 2, skip.shape[3] % 2]);
            return F.conv2d(Level(torch.cat([skip, up], 1), t, 15), t[21], t[22]);
        }),
    ];

    private static Case Simple(string name, Func<Module> module, Func<torch.Tensor, torch.Tensor> theirs) => Case.Of<float>(name, draw => new()
    {
        Text = $"new {name}(..).Forward(a)", Slack = 8, Roundings = 4,
        Inputs = [draw.Moderate<float>(1 + draw.Below(3), 1 + draw.Below(3), 1 + draw.Below(9), 1 + draw.Below(17))],
        Surprisal = t => [module().Forward(t[0])], Torch = t => [theirs(t[0])],
    });

    /// <summary>A module in training; its parameters are the inputs behind the first.</summary>
    private static Case Layer(string name, Func<Module> module, int[] image, Func<torch.Tensor[], torch.Tensor> theirs) => Case.Of<float>(name, draw =>
    {
        var (seed, samples) = (draw.Below(1 << 16), 2 + draw.Below(3));
        var random = new Random(seed);
        return new()
        {
            Roundings = 256, Slack = 64, IsComposed = true, Text = $"{name} of parameters of seed {seed}, {samples} samples",
            Inputs =
            [
                .. module().Parameters().Select(static parameter => parameter.Shape.AsSpan().ToArray()).Prepend([samples, .. image])
                    .Select(shape => Numbers.Of<float>(shape, () => random.NextDouble() - 0.5)),
            ],
            Surprisal = t => EveryModule.Forward(module(), t), Torch = t => [theirs(t)],
        };
    });

    private static torch.Tensor Norm(torch.Tensor x, torch.Tensor[] t, int at) => F.batch_norm(x, null, null, t[at], t[at + 1], true);

    private static torch.Tensor Block(torch.Tensor x, torch.Tensor[] t, int at, int stride, bool plain = false)
    {
        var y = Norm(F.conv2d(x, t[at], null, [stride, stride], [1, 1]), t, at + 1).relu();
        y = Norm(F.conv2d(y, t[at + 3], null, [1, 1], [1, 1]), t, at + 4);
        return (y + (plain ? x : Norm(F.conv2d(x, t[at + 6], null, [stride, stride]), t, at + 7))).relu();
    }

    private static torch.Tensor Level(torch.Tensor x, torch.Tensor[] t, int at)
    {
        x = Norm(F.conv2d(x, t[at], null, [1, 1], [1, 1]), t, at + 1).relu();
        return Norm(F.conv2d(x, t[at + 3], null, [1, 1], [1, 1]), t, at + 4).relu();
    }
}
