using Surprisal.Training;
using TorchSharp;
using TorchSharp.Modules;
using Adam = Surprisal.Training.Adam;
using AdamW = Surprisal.Training.AdamW;

namespace Surprisal.Differential.Cases;

/// <summary>Optimizers over several steps, schedules over several epochs, clipping; all of it in float.</summary>
internal static class TrainingSteps
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<float>("Training.Sgd", Sgd),
        Case.Of<float>("Training.Adam", static draw => Adaptive(draw, decoupled: false)),
        Case.Of<float>("Training.AdamW", static draw => Adaptive(draw, decoupled: true)),
        Case.Of<float>("Training.StepLr", static draw =>
        {
            var (size, gamma) = (1 + draw.Below(5), draw.Of(0.1, 0.5, 1, 0));
            return Rates(draw, $"StepLr {size}, {gamma}", o => new StepLr(o, size, gamma), o => torch.optim.lr_scheduler.StepLR(o, size, gamma));
        }),
        Case.Of<float>("Training.CosineLr", static draw =>
        {
            var (epochs, minimum) = (8 + draw.Below(20), draw.Of(0, 0.001));
            return Rates(draw, $"CosineLr {epochs}, {minimum}", o => new CosineLr(o, epochs, minimum),
                o => torch.optim.lr_scheduler.CosineAnnealingLR(o, epochs, minimum));
        }),
        Case.Of<float>("Training.LambdaLr", static draw =>
        {
            var power = draw.Of(0.9, 0.5, 1.1);
            return Rates(draw, $"LambdaLr {power}^epoch", o => new LambdaLr(o, epoch => Math.Pow(power, epoch)),
                o => torch.optim.lr_scheduler.LambdaLR(o, epoch => Math.Pow(power, epoch)));
        }),
        Case.Of<float>("Training.WarmUpLr", static draw =>
        {
            var (length, start) = (1 + draw.Below(8), draw.Of(0.1, 0.5, 1));
            return Rates(draw, $"WarmUpLr {length}, {start}", o => new WarmUpLr(o, length, start),
                o => torch.optim.lr_scheduler.LinearLR(o, start, 1, length));
        }),
        Case.Of<float>("GradientClipping.ByNorm", static draw => Clip(draw, "ByNorm", static (p, m) => GradientClipping.ByNorm(p, m),
            static (p, m) => torch.nn.utils.clip_grad_norm_(p, m))),
        Case.Of<float>("GradientClipping.ByValue", static draw => Clip(draw, "ByValue", static (p, m) => GradientClipping.ByValue(p, m),
            static (p, m) => torch.nn.utils.clip_grad_value_(p, m))),
    ];

    private static CallOfT<float> Sgd(Draw draw)
    {
        var (momentum, decay) = (draw.Of(0, 0.9, 0.5), draw.Of(0, 0.1, 1e-4));
        var nesterov = momentum > 0 && draw.Coin();
        var dampening = nesterov ? 0 : draw.Of(0, 0.5, 0.1);
        return Steps(draw, $"Sgd momentum {momentum}, weight decay {decay}, nesterov {nesterov}, dampening {dampening}", draw.Of(0.1, 1, 1e-3, 0),
            (p, rate) => new Surprisal.Training.Sgd(p, rate, momentum, decay, nesterov, dampening),
            (p, rate) => torch.optim.SGD(p, rate, momentum, dampening, decay, nesterov));
    }

    private static CallOfT<float> Adaptive(Draw draw, bool decoupled)
    {
        var (beta1, beta2, epsilon, decay) = (draw.Of(0.9, 0.5, 0), draw.Of(0.999, 0.9, 0.5), draw.Of(1e-8, 1e-3, 1), draw.Of(0, 0.1, 0.01));
        return Steps(draw, $"{(decoupled ? "AdamW" : "Adam")} {beta1}, {beta2}, {epsilon}, weight decay {decay}", draw.Of(0.1, 1, 1e-3),
            (p, rate) => decoupled ? new AdamW(p, rate, beta1, beta2, epsilon, decay) : new Adam(p, rate, beta1, beta2, epsilon, decay),
            (p, rate) => decoupled ? torch.optim.AdamW(p, rate, beta1, beta2, epsilon, decay) : torch.optim.Adam(p, rate, beta1, beta2, epsilon, decay));
    }

    private static CallOfT<float> Steps(
        Draw draw, string text, double rate, Func<IEnumerable<Tensor<float>>, double, Optimizer> ours,
        Func<IEnumerable<Parameter>, double, torch.optim.Optimizer> theirs)
    {
        var shape = draw.Shape(0, 2);
        var steps = new Numbers?[1 + draw.Below(6)];
        for (var i = 0; i < steps.Length; i++) steps[i] = draw.Chance(6) ? null : draw.Moderate<float>(shape);
        return new()
        {
            Text = $"{text}, rate {rate}, {steps.Length} steps", Differentiable = 0,
            Inputs = [draw.Moderate<float>(shape), .. steps.Select(step => step ?? Numbers.Of<float>(shape, static () => 0))],
            Surprisal = t =>
            {
                var parameter = t[0].Clone().Detach();
                parameter.RequiresGrad = true;
                var optimizer = ours([parameter], rate);
                for (var i = 0; i < steps.Length; i++)
                {
                    optimizer.ZeroGrad();
                    if (steps[i] is not null) parameter.Grad = t[i + 1].Clone();
                    optimizer.Step();
                }
                return [parameter.Detach()];
            },
            Torch = t =>
            {
                using var parameter = new Parameter(t[0].detach().clone());
                using var optimizer = theirs([parameter], rate);
                for (var i = 0; i < steps.Length; i++)
                {
                    if (steps[i] is null) continue; // TorchSharp's zero_grad leaves zeros, which are not the same as no gradient
                    parameter.grad = t[i + 1].clone();
                    optimizer.step();
                }
                return [parameter.detach().clone()];
            },
        };
    }

    private static CallOfT<float> Rates(
        Draw draw, string text, Func<Optimizer, Schedule> ours, Func<torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler> theirs)
    {
        var (rate, epochs) = (draw.Of(0.1, 1, 1e-3), 1 + draw.Below(8));
        return new()
        {
            Text = $"{text}, rate {rate}, {epochs} epochs", Inputs = [draw.Moderate<float>(1)], Differentiable = 0,
            Surprisal = t =>
            {
                var optimizer = new Surprisal.Training.Sgd([t[0]], rate);
                var schedule = ours(optimizer);
                return [.. Enumerable.Range(0, epochs).Select(_ =>
                {
                    schedule.Step();
                    return Tensor.Scalar(optimizer.LearningRate);
                })];
            },
            Torch = t =>
            {
                using var parameter = new Parameter(t[0].detach().clone());
                using var optimizer = torch.optim.SGD([parameter], rate);
                var schedule = theirs(optimizer);
                return [.. Enumerable.Range(0, epochs).Select(_ =>
                {
                    schedule.step();
                    return torch.tensor(optimizer.ParamGroups.First().LearningRate);
                })];
            },
        };
    }

    private static CallOfT<float> Clip(Draw draw, string name, Action<Tensor<float>[], double> ours, Action<Parameter[], double> theirs)
    {
        var maximum = draw.Of(1, 0.1, 10, 0, 1e-3);
        return new()
        {
            Text = $"GradientClipping.{name}([a, b], {maximum})", Differentiable = 0,
            Inputs = [draw.Chance(10) ? draw.Tensor<float>(draw.Shape(0, 2)) : draw.Moderate<float>(draw.Shape(0, 2)), draw.Moderate<float>(draw.Shape(0, 2))],
            Surprisal = t =>
            {
                Tensor<float>[] parameters = [.. t.Select(static g => Tensor.Zeros<float>(g.Shape, requiresGrad: true))];
                for (var i = 0; i < t.Length; i++) parameters[i].Grad = t[i].Clone();
                ours(parameters, maximum);
                return [.. parameters.Select(static p => p.Grad!)];
            },
            Torch = t =>
            {
                Parameter[] parameters = [.. t.Select(static g => new Parameter(torch.zeros_like(g)))];
                for (var i = 0; i < t.Length; i++) parameters[i].grad = t[i].clone();
                theirs(parameters, maximum);
                return [.. parameters.Select(static p => p.grad!)];
            },
            Decisions = [new("clip_grad_norm_: a gradient that is not finite, a maximum of 0 or less", Either: true)],
        };
    }
}
