using System.Globalization;
using TorchSharp;

namespace Surprisal.Differential;

/// <summary>A tensor as both sides can read it: a shape, and each element as the double that it is.</summary>
internal sealed record Numbers(int[] Shape, double[] Values)
{
    private const int Shown = 24;

    public int Rank => Shape.Length;

    public double this[int index] => Values[index];

    /// <summary>So many numbers, rounded to the element type.</summary>
    public static Numbers Of<T>(int[] shape, Func<double> next) where T : unmanaged, INumber<T>
    {
        var values = new double[((TensorShape)shape).ElementCount];
        for (var i = 0; i < values.Length; i++) values[i] = double.CreateTruncating(T.CreateTruncating(next()));
        return new(shape, values);
    }

    public Numbers Map(Func<double, double> f) => new(Shape, [.. Values.Select(f)]);

    public Tensor<T> ToTensor<T>() where T : unmanaged, INumber<T> =>
        Tensor.Create<T>(Array.ConvertAll(Values, static value => T.CreateTruncating(value)), Shape);

    public torch.Tensor ToTorch(torch.ScalarType type)
    {
        long[] shape = [.. Shape.Select(static size => (long)size)];
        return Values.Length == 0 ? torch.zeros(shape, type)
            : torch.is_integral(type) ? torch.tensor(Array.ConvertAll(Values, static value => (long)value), shape, torch.int64).to(type)
            : torch.tensor(Values, shape, torch.float64).to(type);
    }

    public static Numbers Of(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        int[] shape = [.. tensor.shape.Select(static size => (int)size)];
        // data<T>().ToArray() of an empty tensor throws.
        return new(shape, tensor.numel() == 0 ? [] : tensor.detach().to(torch.float64).contiguous().data<double>().ToArray());
    }

    public static Numbers Of(Tensor tensor) => tensor switch
    {
        Tensor<float> t => From(t), Tensor<double> t => From(t), Tensor<Half> t => From(t), Tensor<BFloat16> t => From(t),
        Tensor<byte> t => From(t), Tensor<sbyte> t => From(t), Tensor<short> t => From(t), Tensor<int> t => From(t), Tensor<long> t => From(t),
        _ => throw new NotSupportedException(tensor.GetType().Name),
    };

    /// <summary>The largest finite magnitude; 0 without one.</summary>
    public double Largest() => Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

    /// <summary>As C# that makes the tensor.</summary>
    public string ToCSharp(string type) =>
        $"Tensor.Create<{type}>([{string.Join(", ", Values.Take(Shown).Select(value => Literal(value, type)))}{(Values.Length > Shown ? ", ..." : "")}], " +
        $"[{string.Join(", ", Shape)}])";

    public override string ToString() =>
        $"[{string.Join(", ", Shape)}] {string.Join(" ", Values.Take(Shown).Select(static value => Literal(value, "double")))}";

    private static Numbers From<T>(Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        new(tensor.Shape.AsSpan().ToArray(), Array.ConvertAll(tensor.ToArray(), static value => double.CreateTruncating(value)));

    private static string Literal(double value, string type)
    {
        var narrow = type is "Half" or "BFloat16" ? $"({type})" : "";
        var text = double.IsNaN(value) ? "double.NaN" : double.IsPositiveInfinity(value) ? "double.PositiveInfinity"
            : double.IsNegativeInfinity(value) ? "double.NegativeInfinity"
            : type == "float" ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);
        return type == "float" ? text.Replace("double", "float", StringComparison.Ordinal) + (double.IsFinite(value) ? "f" : "") : narrow + text;
    }
}
