using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>Tensors of numbers in a row, and of other types, in one floating type.</summary>
internal static class Creation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("Tensor.Arange", Arange),
        Case.Of<T>("Tensor.Linspace", Linspace),
        Case.Of<T>("TensorOfT.To", To),
    ];

    /// <summary>Of numbers that every type holds exactly, so that both sides mean the same.</summary>
    private static CallOfT<T> Arange(Draw draw)
    {
        var (start, end, step) = (draw.Of(0, 1, -3, 2.5), draw.Of(5, 0, 17, -4, 33), draw.Of(1, 0.5, 2, -1, -0.25, 0));
        return new()
        {
            Text = $"Tensor.Arange<T>({start}, {end}, {step})", Inputs = [], Differentiable = 0,
            Surprisal = _ => [Tensor.Arange(T.CreateTruncating(start), T.CreateTruncating(end), T.CreateTruncating(step))],
            Torch = _ => [torch.arange(start, end, step, torch.float64)],
        };
    }

    private static CallOfT<T> Linspace(Draw draw)
    {
        var (start, end, steps) = (draw.Of(0, 1, -3, 2.5, -100), draw.Of(5, 0, 17, -4, 100.0), draw.Chance(20) ? -1 : draw.Size());
        return new()
        {
            Text = $"Tensor.Linspace<T>({start}, {end}, {steps})", Inputs = [], Differentiable = 0, Slack = 64, // PyTorch's own steps
            Surprisal = _ => [Tensor.Linspace(T.CreateTruncating(start), T.CreateTruncating(end), steps)],
            Torch = _ => [torch.linspace(start, end, steps, torch.float64)],
        };
    }

    private static CallOfT<T> To(Draw draw)
    {
        var kind = draw.Below(3);
        return new()
        {
            Text = $"a.To<{draw.Of("float", "double", "Half")}>(), {kind}", Inputs = [draw.Tensor<T>(draw.Shape())], Mixes = false, Differentiable = 0,
            Surprisal = t => [kind == 0 ? t[0].To<float>() : kind == 1 ? t[0].To<double>() : t[0].To<Half>()],
            Torch = t => [t[0].to(kind == 0 ? torch.float32 : kind == 1 ? torch.float64 : torch.float16)],
        };
    }
}
