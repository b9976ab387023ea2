using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>Operations element by element, in one floating type.</summary>
internal static class Elementwise<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly Decision slope = new("division: the divisor's gradient where a / b / b is more than float64 holds",
        static t => [t[0] / t[1].detach() + (t[0] / t[1]).detach() * (t[1].detach() / t[1] - 1)]);

    public static IEnumerable<Case> All() =>
    [
        Map("TensorExtensions.Exp", static x => x.Exp(), static x => x.exp()),
        Map("TensorExtensions.Log", static x => x.Log(), static x => x.log()),
        Map("TensorExtensions.Log1p", static x => x.Log1p(), static x => x.log1p()),
        Map("TensorExtensions.Sqrt", static x => x.Sqrt(), static x => x.sqrt()),
        Map("TensorExtensions.Erf", static x => x.Erf(), static x => x.erf()),
        Map("TensorExtensions.Tanh", static x => x.Tanh(), static x => x.tanh(), slack: 4),
        Map("TensorExtensions.Sigmoid", static x => x.Sigmoid(), static x => x.sigmoid(), slack: 4),
        Map("Functional.Sigmoid", Functional.Sigmoid, static x => x.sigmoid(), slack: 4),
        Map("TensorExtensions.LogSigmoid", static x => x.LogSigmoid(), static x => torch.nn.functional.logsigmoid(x)),
        Map("Functional.LogSigmoid", Functional.LogSigmoid, static x => torch.nn.functional.logsigmoid(x)),
        Map("TensorExtensions.Relu", static x => x.Relu(), static x => x.relu()),
        Map("TensorExtensions.Abs", static x => x.Abs(), static x => x.abs()),
        Map("TensorExtensions.Sign", static x => x.Sign(), static x => x.sign()),
        Map("TensorExtensions.op_UnaryNegation", static x => -x, static x => x.neg()),
        Case.Of<T>("TensorExtensions.Softplus", draw => Softplus(draw, static (x, beta, threshold) => x.Softplus(beta, threshold))),
        Case.Of<T>("Functional.Softplus", draw => Softplus(draw, Functional.Softplus)),
        Case.Of<T>("TensorExtensions.Pow", Pow),
        Case.Of<T>("TensorExtensions.op_Division", static draw => Pair(draw, "/", static (a, b) => a / b, static (a, b) => a / b)),
        Case.Of<T>("TensorExtensions.op_DivisionAssignment", DivideInPlace),
    ];

    private static Case Map(string name, Func<Tensor<T>, Tensor<T>> ours, Func<torch.Tensor, torch.Tensor> theirs, double slack = 0) =>
        Case.Of<T>(name, draw => new CallOfT<T>
        {
            Text = $"{name.Split('.')[1]}(a)", Inputs = [draw.Tensor<T>(draw.Shape())], Mixes = false, Slack = slack,
            Surprisal = t => [ours(t[0])], Torch = t => [theirs(t[0])],
        });

    /// <summary>Two tensors that broadcast, or a tensor and a number.</summary>
    public static CallOfT<T> Pair(
        Draw draw, string sign, Func<Tensor<T>, Tensor<T>, Tensor<T>> ours, Func<torch.Tensor, torch.Tensor, torch.Tensor> theirs)
    {
        var shape = draw.Shape();
        var other = draw.Broadcasting(shape);
        return new CallOfT<T>
        {
            Text = $"a {sign} b", Inputs = [draw.Tensor<T>(shape), draw.Tensor<T>(other)], Mixes = !shape.AsSpan().SequenceEqual(other),
            Surprisal = t => [ours(t[0], t[1])], Torch = t => [theirs(t[0], t[1])],
            Decisions = [slope],
        };
    }

    private static CallOfT<T> DivideInPlace(Draw draw)
    {
        var shape = draw.Shape();
        return new CallOfT<T>
        {
            Text = "a = a * 1; a /= b", Inputs = [draw.Tensor<T>(shape), draw.Tensor<T>(shape)], Mixes = false,
            Surprisal = static t =>
            {
                var x = t[0] * T.One;
                x /= t[1];
                return [x];
            },
            Torch = static t => [(t[0] * 1).div_(t[1])],
            Decisions = [slope],
        };
    }

    private static CallOfT<T> Softplus(Draw draw, Func<Tensor<T>, double, double, Tensor<T>> ours)
    {
        var (beta, threshold) = (draw.Of(1, 0.5, 2, 10, -1), draw.Of(20, 1, 0, 50, -3.0));
        return new CallOfT<T>
        {
            Text = $"a.Softplus({beta}, {threshold})", Inputs = [draw.Tensor<T>(draw.Shape())], Mixes = false,
            Surprisal = t => [ours(t[0], beta, threshold)],
            Torch = t => [torch.nn.functional.softplus(t[0], beta, threshold)],
        };
    }

    private static CallOfT<T> Pow(Draw draw)
    {
        double exponent = draw.Of(2, 1, 0, 0.5, -0.5, 3, -1, -2, 2.5, 1.0 / 3, 10, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN);
        return new CallOfT<T>
        {
            Text = $"a.Pow({exponent})", Inputs = [draw.Tensor<T>(draw.Shape())], Mixes = false,
            Surprisal = t => [t[0].Pow(exponent)], Torch = t => [t[0].pow(exponent)],
            Decisions = Math.Abs(exponent) == 0.5
                ? [new("Pow: the exponents 0.5 and -0.5", t => [t[0].pow(torch.full([1], exponent, t[0].dtype)).reshape(t[0].shape)])] : [],
        };
    }
}
