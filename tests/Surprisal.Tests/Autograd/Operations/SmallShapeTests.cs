namespace Surprisal.Tests.Autograd;

/// <summary>
/// Concatenate, Gather, slices and rows of every shape up to three dimensions of 0 to 3, values and gradients, against the place of each element by itself.
/// </summary>
public sealed class SmallShapeTests
{
    private static readonly int[][] shapes = [.. All(1), .. All(2), .. All(3)];

    [Fact]
    public void Concatenated_tensors_lie_behind_one_another()
    {
        foreach (var shape in shapes)
        for (var axis = 0; axis < shape.Length; axis++)
        for (var count = 1; count <= 3; count++)
        {
            var parts = Enumerable.Range(0, count).Select(i => Numbers(With(shape, axis, (shape[axis] + i) % 4), 100 * i)).ToArray();
            var y = Tensor.Concatenate<float>(parts, axis);
            var expected = With(shape, axis, parts.Sum(part => part.Shape[axis]));
            Assert.Equal(expected, y.Shape.ToArray());
            y.Backward(Numbers(expected, 1000).Detach());
            var start = 0;
            foreach (var part in parts)
            {
                foreach (var at in Places(part.Shape.ToArray()))
                {
                    var to = Flat(expected, With(at, axis, at[axis] + start));
                    var from = Flat(part.Shape.ToArray(), at);
                    Assert.Equal(part.Span[from], y.Span[to]);
                    Assert.Equal(1000 + to, part.Grad!.Span[from]);
                }
                start += part.Shape[axis];
            }
        }
    }

    [Fact]
    public void Gathered_elements_are_those_named_and_equals_add_their_gradients()
    {
        foreach (var shape in shapes)
        for (var axis = 0; axis < shape.Length; axis++)
        for (var cut = 0; cut <= 2; cut++)
        {
            var size = shape.Select((n, d) => d == axis ? (shape[axis] == 0 ? 0 : cut + 1) : Math.Max(0, n - cut % 2)).ToArray();
            var x = Numbers(shape, 0);
            var indices = Tensor.Create<long>(
                [.. Enumerable.Range(0, size.Aggregate(1, static (a, b) => a * b)).Select(i => (long)(i * 5 + cut) % Math.Max(1, shape[axis]))], size);
            var y = x.Gather(axis, indices);
            Assert.Equal(size, y.Shape.ToArray());
            y.Backward(Numbers(size, 1000).Detach());
            var expected = new float[x.Length];
            foreach (var at in Places(size))
            {
                var to = Flat(size, at);
                var from = Flat(shape, With(at, axis, (int)indices.Span[to]));
                Assert.Equal(x.Span[from], y.Span[to]);
                expected[from] += 1000 + to;
            }
            Assert.Equal(expected, x.Grad!.ToArray());
        }
    }

    /// <summary>In float, and in types that count to 256 only, the last ones would be lost.</summary>
    [Fact]
    public void Gradients_of_equals_are_added_in_double()
    {
        Repeated<float>([16777216, 1, 1, 2], 16777220);
        Repeated<BFloat16>([.. Enumerable.Repeat(1f, 300)], 300);
        Repeated<Half>([2048, 1, 1, 2], 2052);
    }

    private static void Repeated<T>(float[] gradients, float expected) where T : unmanaged, INumber<T>
    {
        var x = Tensor.Create<T>([T.One, T.One], requiresGrad: true);
        x.Gather(0, Tensor.Zeros<long>([gradients.Length])).Backward(Tensor.Create<T>(Array.ConvertAll(gradients, T.CreateChecked)));
        Assert.Equal([T.CreateChecked(expected), T.Zero], x.Grad!.ToArray());
    }

    [Fact]
    public void Slices_and_rows_are_where_they_were_cut()
    {
        foreach (var shape in shapes)
        {
            var inner = shape[1..].Aggregate(1, static (a, b) => a * b);
            for (var start = 0; start <= shape[0]; start++)
            for (var end = start; end <= shape[0]; end++)
                Cut(x => x[start..end], [end - start, .. shape[1..]], shape, start * inner);
            for (var row = 0; row < shape[0]; row++)
            {
                Cut(x => x[row], shape[1..], shape, row * inner);
                Cut(x => x[^(shape[0] - row)], shape[1..], shape, row * inner);
            }
        }
    }

    private static void Cut(Func<Tensor<float>, Tensor<float>> cut, int[] size, int[] shape, int start)
    {
        var x = Numbers(shape, 0);
        var y = cut(x);
        Assert.Equal(size, y.Shape.ToArray());
        y.Backward(Numbers(size, 1000).Detach());
        var expected = new float[x.Length];
        for (var i = 0; i < y.Length; i++)
        {
            Assert.Equal(start + i, y.Span[i]);
            expected[start + i] = 1000 + i;
        }
        Assert.Equal(expected, x.Grad!.ToArray());
    }

    /// <summary>first, first + 1, ..</summary>
    private static Tensor<float> Numbers(int[] shape, int first) =>
        Tensor.Create<float>([.. Enumerable.Range(first, shape.Aggregate(1, static (a, b) => a * b)).Select(static i => (float)i)], shape).WithGrad(true);

    private static IEnumerable<int[]> All(int rank) => Places([.. Enumerable.Repeat(4, rank)]);

    /// <summary>The indices of every element, in order.</summary>
    private static IEnumerable<int[]> Places(int[] shape)
    {
        if (shape.Length == 0) return [[]];
        return Enumerable.Range(0, shape[0]).SelectMany(i => Places(shape[1..]).Select(rest => (int[])[i, .. rest]));
    }

    private static int Flat(int[] shape, int[] at)
    {
        var flat = 0;
        for (var d = 0; d < shape.Length; d++) flat = flat * shape[d] + at[d];
        return flat;
    }

    private static int[] With(int[] sizes, int axis, int size)
    {
        int[] changed = [.. sizes];
        changed[axis] = size;
        return changed;
    }
}
