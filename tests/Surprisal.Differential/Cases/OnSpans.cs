using System.Numerics.Tensors;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>The functions on tensor spans and their gradients, in one floating type.</summary>
internal static class OnSpans<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private delegate void Map(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination);

    private delegate void MapGradient(in ReadOnlyTensorSpan<T> from, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination);

    private delegate void Along(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination);

    private delegate void AlongGradient(in ReadOnlyTensorSpan<T> output, in ReadOnlyTensorSpan<T> upstream, int dim, in TensorSpan<T> destination);

    public static IEnumerable<Case> All() =>
    [
        .. OfElements("Sigmoid", SpanFunctions.Sigmoid, SpanFunctions.SigmoidGradient, fromOutput: true, static x => x.sigmoid()),
        .. OfElements("LogSigmoid", SpanFunctions.LogSigmoid, SpanFunctions.LogSigmoidGradient, fromOutput: false, static x => F.logsigmoid(x)),
        .. OfElements("Softplus", static (in ReadOnlyTensorSpan<T> x, in TensorSpan<T> to) => SpanFunctions.Softplus(x, to, 2, 10),
            static (in ReadOnlyTensorSpan<T> x, in ReadOnlyTensorSpan<T> g, in TensorSpan<T> to) => SpanFunctions.SoftplusGradient(x, g, to, 2, 10),
            fromOutput: false, static x => F.softplus(x, 2, 10)),
        .. AlongDim("Softmax", SpanFunctions.Softmax, SpanFunctions.SoftmaxGradient, static (x, dim) => x.softmax(dim)),
        .. AlongDim("LogSoftmax", SpanFunctions.LogSoftmax, SpanFunctions.LogSoftmaxGradient, static (x, dim) => F.log_softmax(x, dim)),
        .. AlongDim("Softmin", SpanFunctions.Softmin, SpanFunctions.SoftminGradient, static (x, dim) => F.softmin(x, dim)),
        Case.Of<T>("SpanFunctions.LogSumExp", static draw => LogSumExp(draw, gradient: false)),
        Case.Of<T>("SpanFunctions.LogSumExpGradient", static draw => LogSumExp(draw, gradient: true)),
        Case.Of<T>("SpanFunctions.OneHot", OneHot),
    ];

    private static IEnumerable<Case> OfElements(string name, Map value, MapGradient gradient, bool fromOutput, Func<torch.Tensor, torch.Tensor> theirs)
    {
        yield return Case.Of<T>($"SpanFunctions.{name}", draw => Call(draw, name, draw.Shape(1), t => Written(t[0].Shape, value, t[0]), t => theirs(t[0])));
        yield return Case.Of<T>($"SpanFunctions.{name}Gradient", draw => Call(draw, name + "Gradient", draw.Shape(1), t =>
        {
            var from = fromOutput ? Written(t[0].Shape, value, t[0]) : t[0];
            var to = Tensor.Zeros<T>(t[0].Shape);
            gradient(from.AsReadOnlyTensorSpan(), t[1].AsReadOnlyTensorSpan(), to.AsTensorSpan());
            return to;
        }, t => Gradient(theirs, t)));
    }

    private static IEnumerable<Case> AlongDim(string name, Along value, AlongGradient gradient, Func<torch.Tensor, int, torch.Tensor> theirs)
    {
        yield return Case.Of<T>($"SpanFunctions.{name}", draw =>
        {
            var shape = draw.Shape(1);
            var dim = draw.Dim(shape.Length);
            return Call(draw, $"{name} {dim}", shape, t => Written(t[0].Shape, (in ReadOnlyTensorSpan<T> x, in TensorSpan<T> to) => value(x, dim, to), t[0]),
                t => theirs(t[0], dim));
        });
        yield return Case.Of<T>($"SpanFunctions.{name}Gradient", draw =>
        {
            var shape = draw.Shape(1);
            var dim = draw.Dim(shape.Length);
            return Call(draw, $"{name}Gradient {dim}", shape, t =>
            {
                var output = Written(t[0].Shape, (in ReadOnlyTensorSpan<T> x, in TensorSpan<T> to) => value(x, dim, to), t[0]);
                var to = Tensor.Zeros<T>(t[0].Shape);
                gradient(output.AsReadOnlyTensorSpan(), t[1].AsReadOnlyTensorSpan(), dim, to.AsTensorSpan());
                return to;
            }, t => Gradient(x => theirs(x, dim), t));
        });
    }

    /// <summary>A call of numbers and of an upstream gradient in the same shape.</summary>
    private static CallOfT<T> Call(Draw draw, string text, int[] shape, Func<Tensor<T>[], Tensor<T>> ours, Func<torch.Tensor[], torch.Tensor> theirs) => new()
    {
        Text = $"SpanFunctions.{text}", Inputs = [draw.Tensor<T>(shape), draw.Moderate<T>(shape)], Differentiable = 0,
        Slack = text.Contains("Gradient", StringComparison.Ordinal) ? 8 : 0,
        Mixes = text is not ("Sigmoid" or "LogSigmoid" or "Softplus" or "SigmoidGradient" or "LogSigmoidGradient" or "SoftplusGradient"),
        Surprisal = t => [ours(t)], Torch = t => [theirs(t)],
    };

    private static Tensor<T> Written(TensorShape shape, Map function, Tensor<T> x)
    {
        var to = Tensor.Zeros<T>(shape);
        function(x.AsReadOnlyTensorSpan(), to.AsTensorSpan());
        return to;
    }

    private static torch.Tensor Gradient(Func<torch.Tensor, torch.Tensor> function, torch.Tensor[] t)
    {
        var x = t[0].detach().requires_grad_();
        return torch.autograd.grad([function(x)], [x], [t[1]])[0];
    }

    private static CallOfT<T> LogSumExp(Draw draw, bool gradient)
    {
        var shape = draw.Shape(2);
        var dim = draw.Dim(shape.Length);
        int[] reduced = [.. shape.Select((size, i) => i == (dim < 0 ? dim + shape.Length : dim) ? 1 : size)];
        return new()
        {
            Text = $"SpanFunctions.LogSumExp{(gradient ? "Gradient" : "")}, {dim}", Differentiable = 0,
            Inputs = [draw.Tensor<T>(shape), draw.Moderate<T>(reduced)],
            Surprisal = t =>
            {
                var output = Tensor.Zeros<T>(reduced);
                SpanFunctions.LogSumExp(t[0].AsReadOnlyTensorSpan(), dim, output.AsTensorSpan());
                if (!gradient) return [output];
                var to = Tensor.Zeros<T>(shape);
                SpanFunctions.LogSumExpGradient(
                    t[0].AsReadOnlyTensorSpan(), output.AsReadOnlyTensorSpan(), t[1].AsReadOnlyTensorSpan(), dim, to.AsTensorSpan());
                return [to];
            },
            Torch = t => [gradient ? Gradient(x => x.logsumexp(dim, true), t) : t[0].logsumexp(dim, true)],
            Decisions = gradient ? [new("logsumexp: the gradient in float32", t => [t[1] * t[0].softmax(dim)])] : [],
        };
    }

    private static CallOfT<T> OneHot(Draw draw)
    {
        var (count, shape) = (draw.Of(5, 1, 17, 40), draw.Shape(1, 3));
        var indices = draw.Indices(count, shape);
        return new()
        {
            Text = $"SpanFunctions.OneHot({indices.ToCSharp("long")}) of {count}", Inputs = [], Differentiable = 0,
            Surprisal = _ =>
            {
                var to = Tensor.Zeros<T>([.. shape, count]);
                SpanFunctions.OneHot<long, T>(indices.ToTensor<long>().AsReadOnlyTensorSpan(), to.AsTensorSpan());
                return [to];
            },
            Torch = _ => [F.one_hot(indices.ToTorch(torch.int64), count)],
        };
    }
}
