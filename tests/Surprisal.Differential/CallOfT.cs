using TorchSharp;

namespace Surprisal.Differential;

/// <summary>A call in one element type.</summary>
internal sealed record CallOfT<T> : Call where T : unmanaged, INumber<T>
{
    private static readonly torch.ScalarType scalarType = default(T) switch
    {
        float => torch.float32, double => torch.float64, Half => torch.float16, BFloat16 => torch.bfloat16, byte => torch.uint8, sbyte => torch.int8,
        short => torch.int16, int => torch.int32, long => torch.int64, _ => throw new NotSupportedException(typeof(T).Name),
    };

    private static readonly bool isFloat = !torch.is_integral(scalarType);

    /// <summary>What is computed of the inputs. A call that makes its own leaves, as modules do, puts them in the inputs' places.</summary>
    public required Func<Tensor<T>[], Tensor[]> Surprisal { get; init; }

    public required Func<torch.Tensor[], torch.Tensor[]> Torch { get; init; }

    public override string Element => default(T) switch
    {
        float => "float", double => "double", byte => "byte", sbyte => "sbyte", short => "short", int => "int", long => "long", _ => typeof(T).Name,
    };

    public override double Epsilon => default(T) switch
    {
        float => Math.ScaleB(1, -24), Half => Math.ScaleB(1, -11), BFloat16 => Math.ScaleB(1, -8), double => Math.ScaleB(1, -53), _ => 0,
    };

    public override double Tiny => default(T) switch
    {
        float => float.Epsilon, Half => (double)Half.Epsilon, BFloat16 => (double)BFloat16.Epsilon, double => double.Epsilon, _ => 0,
    };

    public override double Round(double value) => isFloat ? double.CreateTruncating(T.CreateTruncating(value)) : value;

    public override Answer Ours()
    {
        try
        {
            Tensor<T>[] leaves = [.. Inputs.Select(static input => input.ToTensor<T>())];
            for (var i = 0; i < leaves.Length && isFloat; i++) leaves[i].RequiresGrad = i < Differentiable;
            var outputs = Surprisal(leaves);
            var results = outputs.Select(static (output, i) => ($"output {i}", Numbers.Of(output))).ToList();
            for (var i = 0; i < outputs.Length; i++)
                if (outputs[i] is Tensor<T> { RequiresGrad: true } output) output.Backward(Factors(i, output.Shape.AsSpan().ToArray()).ToTensor<T>());
            for (var i = 0; i < leaves.Length && i < Differentiable && isFloat; i++)
                results.Add(($"gradient {i}", leaves[i].Grad is { } gradient ? Numbers.Of(gradient) : Inputs[i].Map(static _ => 0)));
            return new(results);
        }
        catch (Exception refusal) when (refusal is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return new([], refusal);
        }
    }

    public override Answer PyTorch(bool inDouble, Func<torch.Tensor[], torch.Tensor[]>? instead = null)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            var type = inDouble && isFloat ? torch.float64 : scalarType;
            torch.Tensor[] leaves = [.. Inputs.Select(input => input.ToTorch(type))];
            for (var i = 0; i < leaves.Length && isFloat; i++) leaves[i].requires_grad_(i < Differentiable);
            var outputs = (instead ?? Torch)([.. leaves]);
            var results = outputs.Select(static (output, i) => ($"output {i}", Numbers.Of(output))).ToList();
            for (var i = 0; i < outputs.Length; i++)
                if (outputs[i].requires_grad) outputs[i].backward([Factors(i, results[i].Item2.Shape).ToTorch(outputs[i].dtype)], retain_graph: true);
            for (var i = 0; i < leaves.Length && i < Differentiable && isFloat; i++)
                results.Add(($"gradient {i}", leaves[i].grad is { } gradient ? Numbers.Of(gradient) : Inputs[i].Map(static _ => 0)));
            return new(results);
        }
        catch (Exception refusal) when (refusal is not OutOfMemoryException)
        {
            return new([], refusal);
        }
    }
}
