using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>How the elements of a tensor lie in memory.</summary>
internal enum Layout
{
    Dense,
    Gaps,
    Transposed,
    Repeated,
}

/// <summary>The tensors of one call on spans, by the names of its arguments: the same numbers in any layout, and what the call wrote.</summary>
internal sealed class LaidOut(Func<string, Layout> layouts)
{
    private const float Nothing = 7;

    private readonly Dictionary<string, (float[] Memory, nint[] Shape, nint[] Strides)> outputs = new(StringComparer.Ordinal);

    public ReadOnlyTensorSpan<float> Read(string name, params nint[] shape) =>
        Read(name, shape, static (random, _) => (float)(0.05 + 0.9 * random.NextDouble()));

    public ReadOnlyTensorSpan<int> Classes(string name, params nint[] shape) => Read(name, shape, static (random, _) => random.Next(3));

    private ReadOnlyTensorSpan<T> Read<T>(string name, nint[] shape, Func<Random, int, T> draw) where T : unmanaged
    {
        var (random, strides) = (new Random(name.Length + shape.Length), Strides(layouts(name), shape));
        var memory = new T[Extent(shape, strides)];
        // A repeated axis has one number, whatever the layout is, so that every layout holds the same ones.
        foreach (var (index, place) in Elements(shape, strides))
        {
            var value = draw(random, 0);
            memory[place] = name == "upstream" && shape.Length > 1 && index[0] > 0 ? memory[place - index[0] * strides[0]] : value;
        }
        return new(memory, shape, strides);
    }

    public TensorSpan<float> Write(string name, params nint[] shape)
    {
        var strides = Strides(layouts(name) == Layout.Repeated ? Layout.Gaps : layouts(name), shape);
        var memory = Enumerable.Repeat(Nothing, (int)Extent(shape, strides)).ToArray();
        outputs[name] = (memory, shape, strides);
        return new(memory, shape, strides);
    }

    /// <summary>What was written, in row-major order; between the elements nothing may be.</summary>
    public Dictionary<string, float[]> Written()
    {
        foreach (var (_, (memory, shape, strides)) in outputs)
        {
            var places = Elements(shape, strides).Select(static e => e.Place).ToHashSet();
            for (var i = 0; i < memory.Length; i++)
                if (!places.Contains(i))
                    Assert.Equal(Nothing, memory[i]);
        }
        return outputs.ToDictionary(static o => o.Key, static o => Elements(o.Value.Shape, o.Value.Strides).Select(e => o.Value.Memory[e.Place]).ToArray());
    }

    public static nint[] Strides(Layout layout, nint[] shape)
    {
        var strides = new nint[shape.Length];
        nint step = layout == Layout.Gaps ? 2 : 1;
        for (var i = 0; i < shape.Length; i++)
        {
            var axis = layout == Layout.Transposed ? i : shape.Length - 1 - i;
            strides[axis] = step;
            step = step * shape[axis] + (layout == Layout.Gaps ? 3 : 0);
        }
        if (layout == Layout.Repeated) strides[0] = 0;
        return strides;
    }

    private static nint Extent(nint[] shape, nint[] strides) =>
        shape.Zip(strides, static (size, stride) => (size - 1) * stride).Aggregate((nint)1, static (a, b) => a + b);

    private static IEnumerable<(nint[] Index, nint Place)> Elements(nint[] shape, nint[] strides)
    {
        var count = shape.Aggregate((nint)1, static (a, b) => a * b);
        for (nint flat = 0; flat < count; flat++)
        {
            var index = new nint[shape.Length];
            var rest = flat;
            for (var axis = shape.Length - 1; axis >= 0; axis--) (rest, index[axis]) = (rest / shape[axis], rest % shape[axis]);
            yield return (index, index.Zip(strides, static (i, stride) => i * stride).Aggregate((nint)0, static (a, b) => a + b));
        }
    }
}
