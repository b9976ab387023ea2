using TorchSharp;

namespace Surprisal.Differential.Cases;

/// <summary>Operations that move elements and compute nothing, in one element type.</summary>
internal static class Shapes<T> where T : unmanaged, INumber<T>
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<T>("TensorExtensions.Reshape", Reshape),
        Case.Of<T>("TensorExtensions.Flatten", Flatten),
        Case.Of<T>("TensorExtensions.Squeeze", Squeeze),
        Case.Of<T>("TensorExtensions.Unsqueeze", static draw =>
            WithDim(draw, 1, "Unsqueeze", static (x, dim) => x.Unsqueeze(dim), static (x, dim) => x.unsqueeze(dim))),
        Case.Of<T>("TensorExtensions.Transpose", Transpose),
        Case.Of<T>("TensorExtensions.Permute", Permute),
        Case.Of<T>("TensorExtensions.Expand", Expand),
        Case.Of<T>("TensorExtensions.Gather", Gather),
        Case.Of<T>("TensorExtensions.IndexSelect", IndexSelect),
        Case.Of<T>("TensorExtensions.Split", Split),
        Case.Of<T>("Tensor.Concatenate", Concatenate),
        Case.Of<T>("Tensor.Stack", Stack),
        Case.Of<T>("TensorOfT.Item", Part),
        Case.Of<T>("TensorOfT.Clone", static draw => Whole(draw, "Clone", static x => x.Clone(), static x => x.clone())),
        Case.Of<T>("TensorOfT.Detach", static draw => Whole(draw, "Detach", static x => x.Detach(), static x => x.detach())),
        Case.Of<T>("Tensor.ZerosLike", static draw => Whole(draw, "ZerosLike", static x => Tensor.ZerosLike(x), static x => torch.zeros_like(x))),
        Case.Of<T>("Tensor.OnesLike", static draw => Whole(draw, "OnesLike", static x => Tensor.OnesLike(x), static x => torch.ones_like(x))),
        Case.Of<T>("Tensor.Eye", Eye),
    ];

    private static CallOfT<T> Call(Draw draw, int[] shape, string text, Func<Tensor<T>, Tensor> ours, Func<torch.Tensor, torch.Tensor> theirs) =>
        new() { Text = text, Inputs = [draw.Tensor<T>(shape)], Surprisal = t => [ours(t[0])], Torch = t => [theirs(t[0])] };

    private static CallOfT<T> Whole(Draw draw, string name, Func<Tensor<T>, Tensor<T>> ours, Func<torch.Tensor, torch.Tensor> theirs) =>
        Call(draw, draw.Shape(), $"a.{name}()", ours, theirs);

    private static CallOfT<T> WithDim(Draw draw, int more, string name, Func<Tensor<T>, int, Tensor<T>> ours, Func<torch.Tensor, int, torch.Tensor> theirs)
    {
        var shape = draw.Shape();
        var dim = draw.Dim(shape.Length + more);
        return Call(draw, shape, $"a.{name}({dim})", x => ours(x, dim), x => theirs(x, dim));
    }

    private static CallOfT<T> Eye(Draw draw)
    {
        var (n, m) = (draw.Size(), draw.Size());
        return Call(draw, [], $"a * Tensor.Eye<T>({n}, {m})", x => x * Tensor.Eye<T>(n, m), x => x * torch.eye(n, m, x.dtype));
    }

    private static CallOfT<T> Reshape(Draw draw)
    {
        var shape = draw.Shape();
        var count = ((TensorShape)shape).ElementCount;
        int[] other = draw.Below(6) switch
        {
            0 => [count],
            1 => [-1],
            2 => [.. draw.Permutation(shape.Length).Select(i => shape[i])],
            3 => [.. shape.Select(size => draw.Chance(3) ? -1 : size)],
            4 => [-1, Math.Max(1, draw.Size())],
            _ => draw.Shape(),
        };
        return Call(draw, shape, $"a.Reshape({string.Join(", ", other)})", x => x.Reshape(other), x => x.reshape(Wide(other)));
    }

    private static CallOfT<T> Flatten(Draw draw)
    {
        var shape = draw.Shape();
        var (start, end) = (draw.Dim(shape.Length), draw.Dim(shape.Length));
        return Call(draw, shape, $"a.Flatten({start}, {end})", x => x.Flatten(start, end), x => x.flatten(start, end));
    }

    private static CallOfT<T> Squeeze(Draw draw) =>
        draw.Coin()
            ? Call(draw, draw.Shape(), "a.Squeeze()", static x => x.Squeeze(), static x => x.squeeze())
            : WithDim(draw, 0, "Squeeze", static (x, dim) => x.Squeeze(dim), static (x, dim) => x.squeeze(dim));

    private static CallOfT<T> Transpose(Draw draw)
    {
        var shape = draw.Shape();
        var (first, second) = (draw.Dim(shape.Length), draw.Dim(shape.Length));
        return Call(draw, shape, $"a.Transpose({first}, {second})", x => x.Transpose(first, second), x => x.transpose(first, second));
    }

    private static CallOfT<T> Permute(Draw draw)
    {
        var shape = draw.Shape();
        int[] dims = draw.Chance(20) ? [.. shape.Select(_ => draw.Dim(shape.Length))] : draw.Permutation(shape.Length + (draw.Chance(40) ? 1 : 0));
        return Call(draw, shape, $"a.Permute({string.Join(", ", dims)})", x => x.Permute(dims), x => x.permute(Wide(dims)));
    }

    private static CallOfT<T> Expand(Draw draw)
    {
        var shape = draw.Shape(0, 3);
        int[] sizes = [.. draw.Shape(0, 1), .. shape.Select(size => size == 1 ? draw.Size(8) : draw.Chance(5) ? -1 : size)];
        if (draw.Chance(20)) sizes = draw.Chance(2) ? draw.Changed(sizes) : [-1, .. sizes];
        return Call(draw, shape, $"a.Expand({string.Join(", ", sizes)})", x => x.Expand(sizes), x => x.expand(Wide(sizes)));
    }

    private static CallOfT<T> Gather(Draw draw)
    {
        var shape = draw.Shape(0, 3);
        var dim = draw.Dim(shape.Length);
        var axis = shape.Length == 0 ? 0 : Math.Clamp(dim < 0 ? dim + shape.Length : dim, 0, shape.Length - 1);
        int[] positions = [.. shape.Select((size, i) => i == axis ? draw.Size(20) : draw.Chance(4) ? draw.Below(size + 1) : size)];
        if (draw.Chance(30)) positions = draw.Changed(positions);
        var indices = draw.Indices(shape.Length == 0 ? 1 : shape[axis], positions);
        return Call(draw, shape, $"a.Gather({dim}, {indices.ToCSharp("long")})", x => x.Gather(dim, indices.ToTensor<long>()),
            x => x.gather(dim, indices.ToTorch(torch.int64))) with
        {
            Decisions = shape.Length == 0 || positions.Contains(0)
                ? [new("gather: no indices, or those of a single number, in a shape that does not fit", Either: true)] : [],
        };
    }

    private static CallOfT<T> IndexSelect(Draw draw)
    {
        var shape = draw.Shape(0, 3);
        var dim = draw.Dim(shape.Length);
        var axis = shape.Length == 0 ? 0 : Math.Clamp(dim < 0 ? dim + shape.Length : dim, 0, shape.Length - 1);
        var indices = draw.Indices(shape.Length == 0 ? 1 : shape[axis], draw.Chance(30) ? draw.Shape(0, 2) : [draw.Size(40)]);
        return Call(draw, shape, $"a.IndexSelect({dim}, {indices.ToCSharp("long")})", x => x.IndexSelect(dim, indices.ToTensor<long>()),
            x => x.index_select(dim, indices.ToTorch(torch.int64)));
    }

    private static CallOfT<T> Split(Draw draw)
    {
        var shape = draw.Shape();
        var dim = draw.Dim(shape.Length);
        var along = shape.Length == 0 ? 0 : shape[Math.Clamp(dim < 0 ? dim + shape.Length : dim, 0, shape.Length - 1)];
        if (draw.Coin())
        {
            var size = draw.Chance(20) ? draw.Of(0, -1) : 1 + draw.Below(along + 2);
            return new()
            {
                Text = $"a.Split({size}, {dim})", Inputs = [draw.Tensor<T>(shape)],
                Surprisal = t => [.. t[0].Split(size, dim)], Torch = t => [.. t[0].split(size, dim)],
            };
        }
        var first = draw.Below(along + 1);
        int[] sizes = draw.Chance(20) ? [first, along] : [first, 0, along - first];
        return new()
        {
            Text = $"a.Split([{string.Join(", ", sizes)}], {dim})", Inputs = [draw.Tensor<T>(shape)],
            Surprisal = t => [.. t[0].Split(sizes, dim)], Torch = t => [.. t[0].split(Wide(sizes), dim)],
        };
    }

    private static CallOfT<T> Concatenate(Draw draw)
    {
        var shape = draw.Shape(draw.Chance(30) ? 0 : 1, 3);
        var dim = draw.Dim(shape.Length);
        var axis = Math.Clamp(dim < 0 ? dim + shape.Length : dim, 0, Math.Max(0, shape.Length - 1));
        var parts = new Numbers[2 + draw.Below(3)];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = draw.Tensor<T>(draw.Chance(60) ? draw.Changed(shape) : [.. shape.Select((size, k) => k == axis ? draw.Size(9) : size)]);
        return new()
        {
            Text = $"Tensor.Concatenate([a, b ...], {dim})", Inputs = parts,
            Surprisal = t => [Tensor.Concatenate<T>(t, dim)], Torch = t => [torch.cat(t, dim)],
            Decisions = parts.Any(static part => part.Shape is [0]) ? [new("cat: a vector of no elements", Either: true)] : [],
        };
    }

    private static CallOfT<T> Stack(Draw draw)
    {
        var shape = draw.Shape(0, 3);
        var dim = draw.Dim(shape.Length + 1);
        var parts = new Numbers[1 + draw.Below(4)];
        for (var i = 0; i < parts.Length; i++) parts[i] = draw.Tensor<T>(draw.Chance(60) ? draw.Changed(shape) : shape);
        return new()
        {
            Text = $"Tensor.Stack([a, b ...], {dim})", Inputs = parts, Surprisal = t => [Tensor.Stack<T>(t, dim)], Torch = t => [torch.stack(t, dim)],
        };
    }

    /// <summary>A row, and rows from one to another.</summary>
    private static CallOfT<T> Part(Draw draw)
    {
        var shape = draw.Shape(1, 3);
        if (draw.Coin())
        {
            var row = draw.Chance(20) ? shape[0] : draw.Below(Math.Max(1, shape[0]));
            return Call(draw, shape, $"a[{row}]", x => x[row], x => x[row]);
        }
        var start = draw.Below(shape[0] + 1);
        var end = start + draw.Below(shape[0] - start + 1);
        return Call(draw, shape, $"a[{start}..{end}]", x => x[start..end], x => x[torch.TensorIndex.Slice(start, end)]);
    }

    private static long[] Wide(int[] sizes) => [.. sizes.Select(static size => (long)size)];
}
