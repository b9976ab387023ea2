namespace Surprisal.Tests.Autograd;

/// <summary>
/// In-place operations where one side is on the tape: recorded as the same operation that is not in place, or refused; never a lost gradient.
/// </summary>
public sealed class RecordedWriteTests
{
    /// <summary>Each write, and the operation that is not in place.</summary>
    private static readonly Dictionary<string, Case> Writes = new(StringComparer.Ordinal)
    {
        ["+="] = new(static (a, b) => a += b, static (a, b) => a + b),
        ["-="] = new(static (a, b) => a -= b, static (a, b) => a - b),
        ["*="] = new(static (a, b) => a *= b, static (a, b) => a * b),
        ["/="] = new(static (a, b) => a /= b, static (a, b) => a / b),
        ["CopyFrom"] = new(static (a, b) => a.CopyFrom(b.Expand(a.Shape)), static (a, b) => b.Expand(a.Shape)),
    };

    private sealed record Case(Action<Tensor<double>, Tensor<double>> Write, Func<Tensor<double>, Tensor<double>, Tensor<double>> Plain);

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (var name in Writes.Keys)
            foreach (var broadcasts in (bool[])[false, true]) cases.Add(name, broadcasts);
        return cases;
    }

    public static TheoryData<string> Names() => [.. Writes.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Into_a_plain_tensor_it_is_recorded(string name, bool broadcasts)
    {
        var (x, same) = (Operand(broadcasts), Operand(broadcasts));
        var total = Tensor.Create<double>([1, -2]);
        Writes[name].Write(total, x);
        var expected = Writes[name].Plain(Tensor.Create<double>([1, -2]), same);
        Assert.True(total.RequiresGrad);
        Assert.False(total.IsLeaf);
        AssertSame(expected, same, total, x);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Into_a_result_it_is_recorded_for_both_sides(string name, bool broadcasts)
    {
        var (leaf, sameLeaf) = (Leaf(), Leaf());
        var (x, same) = (Operand(broadcasts), Operand(broadcasts));
        var y = leaf * 3;
        Writes[name].Write(y, x);
        AssertSame(Writes[name].Plain(sameLeaf * 3, same), same, y, x);
        Assert.Equal(sameLeaf.Grad?.ToArray(), leaf.Grad?.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Into_a_leaf_that_requires_grad_it_is_refused(string name)
    {
        var leaf = Leaf();
        var error = Assert.Throws<InvalidOperationException>(() => Writes[name].Write(leaf, Operand(broadcasts: false)));
        Assert.StartsWith("a leaf Variable that requires grad is being used in an in-place operation", error.Message, StringComparison.Ordinal);
        Assert.Equal([1.0, -2], leaf.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_recording_only_values_are_written(string name)
    {
        foreach (var target in (Tensor<double>[])[Tensor.Create<double>([1, -2]), Leaf(), Leaf() * 1])
        {
            var before = target.GradFn;
            using (Tensor.NoGrad()) Writes[name].Write(target, Operand(broadcasts: false));
            Assert.Same(before, target.GradFn);
            Assert.Equal(Writes[name].Plain(Tensor.Create<double>([1, -2]), Operand(broadcasts: false)).ToArray(), target.ToArray());
        }
    }

    [Fact]
    public void A_sum_over_a_loop_has_the_gradient_of_all_its_terms()
    {
        var x = Leaf();
        var total = Tensor.Scalar(0.0);
        for (var i = 1; i <= 3; i++) total += (x * i).Sum();
        total.Backward();
        Assert.Equal([6.0, 6], x.Grad!.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void With_itself_it_is_the_operation_with_itself(string name)
    {
        var (leaf, same) = (Leaf(), Leaf());
        var y = leaf * 3;
        Writes[name].Write(y, y);
        var before = same * 3;
        AssertSame(Writes[name].Plain(before, before), same, y, leaf);
    }

    [Fact]
    public void A_tensor_whose_memory_others_see_is_refused()
    {
        var whole = Tensor.Zeros<double>([4]);
        var part = whole[..2];
        foreach (var target in (Tensor<double>[])[whole, part])
        {
            var error = Assert.Throws<InvalidOperationException>(() => target.CopyFrom(Leaf().Sum().Expand(target.Shape)));
            Assert.Equal($"CopyFrom would be recorded for this tensor of shape {target.Shape} alone, but its memory is that of another one too " +
                "(a slice, a reshaped one), which would lose the gradient: write the result to a new tensor, such as y = x + z, or write to a Clone.",
                error.Message);
        }
        Assert.Equal(new double[4], whole.ToArray());
    }

    [Fact]
    public void A_kept_gradient_is_that_of_the_value_after_the_write()
    {
        var y = Leaf() * 2;
        y.RetainGrad();
        y *= 5;
        y.Sum().Backward();
        Assert.Equal([1.0, 1], y.Grad!.ToArray());
    }

    [Fact]
    public void Whoever_saved_the_value_notices()
    {
        var y = Leaf().Exp();
        y += 1;
        Assert.Contains("ExpBackward0 saved a float64 tensor", Assert.Throws<InvalidOperationException>(() => y.Sum().Backward()).Message);
    }

    private static Tensor<double> Leaf() => Tensor.Create<double>([1, -2], requiresGrad: true);

    private static Tensor<double> Operand(bool broadcasts) =>
        broadcasts ? Tensor.Create<double>([4], requiresGrad: true) : Tensor.Create<double>([4, 0.5], requiresGrad: true);

    private static void AssertSame(Tensor<double> expected, Tensor<double> expectedLeaf, Tensor<double> actual, Tensor<double> leaf)
    {
        Assert.Equal(expected.ToArray(), actual.ToArray());
        var upstream = Tensor.Create<double>([0.5, 3]);
        expected.Backward(upstream);
        actual.Backward(upstream);
        Assert.Equal(expectedLeaf.Grad!.ToArray(), leaf.Grad!.ToArray());
    }
}
