namespace Surprisal.Tests.Autograd;

/// <summary>Who shares memory with whom: spans and wraps cost nothing, views see each other's writes, copies do not.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void Wrap_sees_the_callers_writes_and_the_caller_sees_the_tensors()
    {
        float[] values = [1, 2, 3, 4];
        var x = Tensor.Wrap<float>(values, [2, 2]);
        values[3] = 9;
        Assert.Equal(9f, x[1][1].Item());
        x.Fill(5);
        Assert.Equal([5f, 5, 5, 5], values);
    }

    [Fact]
    public void A_part_of_an_array_can_be_wrapped()
    {
        float[] values = [1, 2, 3, 4];
        Tensor.Wrap(values.AsMemory(1, 2), [2]).Fill(0);
        Assert.Equal([1f, 0, 0, 4], values);
    }

    [Fact]
    public void Spans_are_the_memory_itself()
    {
        var x = Tensor.Create<float>([[1, 2, 3], [4, 5, 6]]);
        var write = x.AsTensorSpan();
        Assert.Equal([2, 3], write.Lengths.ToArray());
        write[1, 2] = 60;
        Assert.Equal(60f, x[1][2].Item());
        var read = x.AsReadOnlyTensorSpan();
        x.Fill(7);
        Assert.Equal(7f, read[0, 0]);
        Assert.Equal(7f, x.AsReadOnlySpan()[5]);
    }

    [Fact]
    public void A_single_number_appears_as_a_span_of_length_one()
    {
        var x = Tensor.Scalar(3f);
        Assert.Equal([1], x.AsReadOnlyTensorSpan().Lengths.ToArray());
        x.AsTensorSpan()[0] = 4;
        Assert.Equal(4f, x.Item());
    }

    [Fact]
    public void An_empty_tensor_has_an_empty_span()
    {
        Assert.Equal(0, Tensor.Zeros<float>([0]).AsTensorSpan().FlattenedLength);
        Assert.Equal(0, Tensor.Zeros<float>([2, 0]).AsReadOnlyTensorSpan().FlattenedLength);
        Assert.Equal([2, 0], Tensor.Zeros<float>([2, 0]).AsReadOnlyTensorSpan().Lengths.ToArray());
    }

    [Fact]
    public void Views_share_memory_and_the_count_of_writes()
    {
        var x = Tensor.Create<float>([[1, 2], [3, 4], [5, 6]]);
        Tensor<float>[] views = [x.Reshape(2, 3), x.Flatten(), x.Unsqueeze(0), x.Unsqueeze(0).Squeeze(), x.Unsqueeze(0).Squeeze(0), x[1..], x[0], x.Detach(),
            x[1..][0]];
        for (var i = 0; i < views.Length; i++)
        {
            Assert.True(views[i].SharesMemoryWith(x), $"view {i} has memory of its own.");
            Assert.Same(x.Storage, views[i].Storage);
            var before = x.Storage.Version;
            views[i].Fill(100 + i);
            Assert.True(x.Storage.Version > before);
            Assert.Contains(100f + i, x.ToArray());
        }
    }

    [Fact]
    public void Copies_do_not_share_memory()
    {
        var x = Tensor.Create<float>([[1, 2], [3, 4]]);
        foreach (var copy in new[] { x.Clone(), x.Transpose(), x.Transpose(0, 0), x.Permute(0, 1), x.To<float>(), Tensor.Concatenate<float>([x]), x + 0f,
            x.Sum(0) })
        {
            copy.Fill(9);
            Assert.Equal([1f, 2, 3, 4], x.ToArray());
            Assert.NotSame(x.Storage, copy.Storage);
        }
    }

    [Fact]
    public void Reading_is_no_write()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = (x * x).Sum();
        _ = x.AsReadOnlySpan()[0] + x.AsReadOnlyTensorSpan()[0] + x.ToArray()[0] + x[0].Item();
        y.Backward();
        Assert.Equal([2f, 4f], x.Grad!.ToArray());
    }
}
