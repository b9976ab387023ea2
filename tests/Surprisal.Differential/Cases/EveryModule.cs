using Surprisal.Modules;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>Every module, with parameters as inputs beside the images; modules are float.</summary>
internal static class EveryModule
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<float>("Modules.Linear", Linear),
        Case.Of<float>("Modules.Conv2d", Conv2d),
        Case.Of<float>("Modules.BatchNorm2d", BatchNorm2d),
        Case.Of<float>("Modules.Dropout", Dropout),
        Case.Of<float>("Modules.LeNet", LeNet),
        Case.Of<float>("Modules.Sequential", static draw => Chain(draw, static modules => new Sequential(modules))),
        Case.Of<float>("Modules.ModuleList", static draw => Chain(draw, static modules =>
        {
            var list = new ModuleList(modules);
            return new Sequential(list[0], list[1], list[2]);
        })),
        Simple("Modules.Relu", static _ => new Relu(), static (x, _) => x.relu()),
        Simple("Modules.Sigmoid", static _ => new Sigmoid(), static (x, _) => x.sigmoid()),
        Simple("Modules.Softmax", static dim => new Softmax(dim), static (x, dim) => x.softmax(dim)),
        Simple("Modules.LogSoftmax", static dim => new LogSoftmax(dim), static (x, dim) => F.log_softmax(x, dim)),
        Simple("Modules.Flatten", static _ => new Flatten(), static (x, _) => x.flatten(1)),
        Pool("Modules.MaxPool2d", static (k, s, p) => new MaxPool2d(k, s, p), static (x, k, s, p) => F.max_pool2d(x, k, s, p)),
        Pool("Modules.AvgPool2d", static (k, s, p) => new AvgPool2d(k, s, p), static (x, k, s, p) => F.avg_pool2d(x, k, s, p)),
    ];

    private static Case Simple(string name, Func<int, Module> module, Func<torch.Tensor, int, torch.Tensor> theirs) =>
        Case.Of<float>(name, draw =>
        {
            var shape = draw.Shape();
            var dim = draw.Dim(shape.Length);
            return new()
            {
                Text = $"new {name}({dim}).Forward(a)", Slack = 4, Inputs = [draw.Tensor<float>(shape)], Surprisal = t => [module(dim).Forward(t[0])],
                Torch = t => [theirs(t[0], dim)],
            };
        });

    private static Case Pool(string name, Func<int, int?, int, Module> module, Func<torch.Tensor, long, long?, long, torch.Tensor> theirs) =>
        Case.Of<float>(name, draw =>
        {
            var (kernel, stride, padding) = (1 + draw.Below(4), draw.Of<int?>(null, 1, 2, 3), draw.Below(3));
            int[] shape = [1 + draw.Below(3), 1 + draw.Below(4), 4 + draw.Below(14), 4 + draw.Below(30)];
            return new()
            {
                Text = $"new {name}({kernel}, {stride}, {padding}).Forward(a)", Inputs = [draw.Tensor<float>(shape)],
                Surprisal = t => [module(kernel, stride, padding).Forward(t[0])], Torch = t => [theirs(t[0], kernel, stride, padding)],
            };
        });

    private static CallOfT<float> Linear(Draw draw)
    {
        var (inputs, outputs, bias) = (draw.Size(), 1 + draw.Below(40), draw.Coin());
        int[] shape = [.. draw.Shape(0, 2), inputs];
        if (((TensorShape)shape).ElementCount > 9000) shape = [2, inputs];
        return new()
        {
            Roundings = 16, Text = $"new Linear({inputs}, {outputs}, seed, {bias}).Forward(a)",
            Inputs = [draw.Factors<float>(shape), draw.Factors<float>(outputs, inputs), .. bias ? [draw.Factors<float>(outputs)] : Array.Empty<Numbers>()],
            Surprisal = t => Forward(new Linear(inputs, outputs, new Seed(0), bias), t), Torch = t => [F.linear(t[0], t[1], bias ? t[2] : null)],
        };
    }

    private static CallOfT<float> Conv2d(Draw draw)
    {
        var (channels, outputs, kernel) = (1 + draw.Below(4), 1 + draw.Below(18), 1 + draw.Below(5));
        var (stride, padding, bias) = (1 + draw.Below(3), draw.Below(3), draw.Coin());
        int[] image = [1 + draw.Below(3), channels, 4 + draw.Below(10), 4 + draw.Below(20)];
        return new()
        {
            Roundings = 16, Text = $"new Conv2d({channels}, {outputs}, {kernel}, seed, {stride}, {padding}, {bias}).Forward(a)",
            Inputs =
            [
                draw.Moderate<float>(image), draw.Moderate<float>(outputs, channels, kernel, kernel),
                .. bias ? [draw.Moderate<float>(outputs)] : Array.Empty<Numbers>(),
            ],
            Surprisal = t => Forward(new Conv2d(channels, outputs, kernel, new Seed(0), stride, padding, bias), t),
            Torch = t => [F.conv2d(t[0], t[1], bias ? t[2] : null, [stride, stride], [padding, padding])],
        };
    }

    /// <summary>The module's output; its parameters take the inputs' numbers and places.</summary>
    internal static Tensor[] Forward(Module module, Tensor<float>[] t)
    {
        var parameters = module.Parameters().ToArray();
        using (Tensor.NoGrad())
            for (var i = 0; i < parameters.Length; i++) parameters[i].CopyFrom(t[i + 1]);
        parameters.CopyTo(t, 1);
        return [module.Forward(t[0])];
    }

    private static CallOfT<float> BatchNorm2d(Draw draw)
    {
        var (channels, training, momentum, epsilon) = (1 + draw.Below(5), draw.Coin(), draw.Of(0.1, 0, 1, 0.3), draw.Of(1e-5, 1e-3, 0.1));
        int[] shape = [draw.Below(4), channels, draw.Size(17), draw.Size(17)];
        Numbers mean = draw.Moderate<float>(channels), variance = draw.Moderate<float>(channels).Map(Math.Abs);
        return new()
        {
            Roundings = 8,
            Text = $"new BatchNorm2d({channels}, {epsilon}, {momentum}) {(training ? "in training" : "in evaluation")}, mean {mean}, variance {variance}",
            Inputs = [draw.Chance(4) ? draw.Tensor<float>(shape) : draw.Moderate<float>(shape), draw.Moderate<float>(channels), draw.Moderate<float>(channels)],
            Surprisal = t =>
            {
                var module = new BatchNorm2d(channels, epsilon, momentum);
                var buffers = module.NamedBuffers().Select(static named => named.Buffer).OfType<Tensor<float>>().ToArray();
                buffers[0].CopyFrom(mean.ToTensor<float>());
                buffers[1].CopyFrom(variance.ToTensor<float>());
                module.Train(training);
                return [.. Forward(module, t), .. buffers];
            },
            Torch = t =>
            {
                if (training && t[0].numel() == channels) throw new ArgumentException("Expected more than 1 value per channel when training");
                var (runningMean, runningVariance) = (mean.ToTorch(t[0].dtype), variance.ToTorch(t[0].dtype));
                var y = F.batch_norm(t[0], runningMean, runningVariance, t[1], t[2], training, momentum, epsilon);
                return [y, runningMean, runningVariance];
            },
        };
    }

    /// <summary>What is random of it is tested elsewhere: here nothing is dropped, or everything.</summary>
    private static CallOfT<float> Dropout(Draw draw)
    {
        var (probability, training) = (draw.Of(0, 1, 0.5), draw.Coin());
        if (probability == 0.5) training = false;
        return new()
        {
            Text = $"new Dropout({probability}, seed) {(training ? "in training" : "in evaluation")}", Inputs = [draw.Tensor<float>(draw.Shape())],
            Surprisal = t => [new Dropout(probability, new Seed(0)).Train(training).Forward(t[0])], Torch = t => [F.dropout(t[0], probability, training)],
        };
    }

    private static CallOfT<float> Chain(Draw draw, Func<Module[], Module> chain)
    {
        var (inputs, outputs) = (1 + draw.Below(33), 1 + draw.Below(17));
        return new()
        {
            Roundings = 16, Text = $"Linear({inputs}, {outputs}), Relu, LogSoftmax", Inputs =
            [
                draw.Moderate<float>(draw.Size(), inputs), draw.Moderate<float>(outputs, inputs), draw.Moderate<float>(outputs),
            ],
            Surprisal = t => Forward(chain([new Linear(inputs, outputs, new Seed(0)), new Relu(), new LogSoftmax(-1)]), t),
            Torch = static t => [F.log_softmax(F.linear(t[0], t[1], t[2]).relu(), -1)],
        };
    }

    private static CallOfT<float> LeNet(Draw draw)
    {
        var (channels, height, width, classes, size) = (1 + draw.Below(3), 4 + draw.Below(16), 4 + draw.Below(16), 1 + draw.Below(6), 1 + draw.Below(4));
        var (kernel, features) = (Math.Min(height, width) >= 16 ? 5 : 3, 2 * size * (height / 4) * (width / 4));
        int[][] shapes =
        [
            [1 + draw.Below(3), channels, height, width], [size, channels, kernel, kernel], [size], [size],
            [2 * size, size, kernel, kernel], [2 * size], [2 * size], [120, features], [120], [84, 120], [84], [classes, 84], [classes],
        ];
        var seed = draw.Below(1 << 16);
        var random = new Random(seed);
        return new()
        {
            Roundings = 64, Text = $"new LeNet({channels}, {height}, {width}, {classes}, seed, {size}), weights of seed {seed}",
            Inputs = [.. shapes.Select(shape => Numbers.Of<float>(shape, () => (random.NextDouble() - 0.5) / Math.Sqrt(shape[^1])))],
            Surprisal = t => Forward(new LeNet(channels, height, width, classes, new Seed(0), size), t),
            Torch = t =>
            {
                var x = Block(t[0], t[1], t[2], t[3]);
                x = Block(x, t[4], t[5], t[6]).flatten(1);
                return [F.linear(F.linear(F.linear(x, t[7], t[8]).relu(), t[9], t[10]).relu(), t[11], t[12])];
            },
        };

        torch.Tensor Block(torch.Tensor x, torch.Tensor weight, torch.Tensor scale, torch.Tensor shift)
        {
            var y = F.conv2d(x, weight, null, [1, 1], [kernel / 2, kernel / 2]);
            return F.max_pool2d(F.batch_norm(y, null!, null!, scale, shift, true, 0.1, 1e-5).relu(), 2);
        }
    }
}
