using System.Runtime.CompilerServices;

namespace Surprisal.Tests.Autograd;

/// <summary>Backward frees the graph: a second one is refused before anything is written, unless the first one retained it.</summary>
public sealed class FreedGraphTests
{
    public static TheoryData<string> Graphs => ["square", "nothing saved", "loss", "own function", "view"];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void A_second_Backward_throws_before_anything_is_written(string graph)
    {
        var (x, w) = (Leaf(), Leaf());
        var trunk = Graph(graph, x);
        trunk.Backward();
        var before = x.Grad!.ToArray();
        var calls = 0;
        Tensor<float>? Count(Tensor<float> gradient)
        {
            calls++;
            return null;
        }
        x.RegisterHook(Count);
        w.RegisterHook(Count);
        var more = w.Sum() + trunk * 2f;
        more.RegisterHook(Count);
        foreach (var result in (Tensor<float>[])[trunk, more])
            foreach (var retain in (bool[])[false, true])
                Assert.StartsWith("Trying to backward through the graph a second time: the first Backward freed <",
                    Assert.Throws<InvalidOperationException>(() => result.Backward(Tensor.Scalar(1f), retain)).Message, StringComparison.Ordinal);
        Assert.Equal(before, x.Grad.ToArray());
        Assert.Null(w.Grad);
        Assert.Equal(0, calls);
    }

    [Fact]
    public void The_message_names_the_operation_and_what_to_do()
    {
        var y = Leaf().Exp();
        y.Sum().Backward();
        Assert.Equal("Trying to backward through the graph a second time: the first Backward freed <ExpBackward0>. " +
            "Pass retainGraph: true to the first, or compute again what is differentiated, from Detach() of what is carried over.",
            Assert.Throws<InvalidOperationException>(() => (y * 2f).Sum().Backward()).Message);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void A_retained_graph_adds_the_same_gradients_until_one_Backward_frees_it(string graph)
    {
        var x = Leaf();
        var y = Graph(graph, x);
        y.Backward(retainGraph: true);
        var once = x.Grad!.ToArray();
        y.Backward(Tensor.Scalar(2f), retainGraph: true);
        y.Backward();
        Assert.Equal(once.Select(static g => 4 * g), x.Grad!.ToArray());
        Assert.Throws<InvalidOperationException>(() => y.Backward());
    }

    [Fact]
    public void A_leaf_is_never_freed()
    {
        var x = Leaf();
        for (var i = 0; i < 2; i++) x.Backward(Tensor.Ones<float>(x.Shape));
        for (var i = 0; i < 2; i++) (x * 2f).Sum().Backward();
        Assert.Equal([6f, 6f, 6f], x.Grad!.ToArray());
    }

    [Fact]
    public void Values_names_and_kept_gradients_stay()
    {
        var x = Leaf();
        var middle = x * x;
        middle.RetainGrad();
        var y = (middle * 3f).Sum();
        y.Backward();
        Assert.Equal((42f, 3f), (y.Item(), middle.Grad!.ToArray()[0]));
        Assert.Equal([1f, 4f, 9f], middle.ToArray());
        Assert.Equal("MulBackward0", Assert.Single(Assert.Single(y.GradFn!.NextFunctions).NextFunctions).Name);
        Assert.Equal(["AccumulateGrad", "AccumulateGrad"], middle.GradFn!.NextFunctions.Select(static next => next.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_freed_graph_lets_go_of_its_activations_while_the_loss_is_held(bool retainGraph)
    {
        var x = Leaf();
        var (loss, held) = Record(x);
        loss.Backward(retainGraph: retainGraph);
        GC.Collect();
        foreach (var activation in held) Assert.Equal(retainGraph, activation.TryGetTarget(out _));
        GC.KeepAlive(loss);

        [MethodImpl(MethodImplOptions.NoInlining)] // so that no local keeps them
        static (Tensor<float> Loss, WeakReference<Tensor<float>>[] Held) Record(Tensor<float> x)
        {
            var (saved, kept, seen) = (x.Exp(), x * 2f, Tensor.Ones<float>(3));
            kept.RetainGrad();
            var own = Tensor.Function("Own", [kept], () => kept * 1f, (gradient, _) => [gradient]);
            own.RegisterHook(gradient => gradient * seen);
            var logits = (saved * saved + own).Reshape(1, 3);
            return (new CrossEntropyLoss().Forward(logits, Tensor.Create<long>([1])), [new(saved), new(kept), new(seen), new(own), new(logits)]);
        }
    }

    /// <summary>As in PyTorch: what was reached before the exception has its gradient, the rest has none, and there is no second try.</summary>
    [Fact]
    public void After_an_exception_in_a_hook_some_leaves_have_gradients_and_the_graph_is_gone()
    {
        foreach (var retain in (bool[])[false, true])
        {
            var (x, w, isFailing) = (Leaf(), Leaf(), true);
            var y = x.Exp();
            y.RegisterHook(gradient => isFailing ? throw new NotSupportedException() : null);
            var result = (y + w).Sum();
            Assert.Throws<NotSupportedException>(() => result.Backward(retainGraph: retain));
            isFailing = false;
            Assert.Equal([1f, 1f, 1f], w.Grad!.ToArray());
            Assert.Null(x.Grad);
            if (retain) result.Backward();
            Assert.Contains("second time", Assert.Throws<InvalidOperationException>(() => result.Backward()).Message, StringComparison.Ordinal);
            Assert.Equal(retain, x.Grad is not null);
        }
    }

    [Fact]
    public void A_Backward_inside_another_over_the_same_graph_frees_it_only_once()
    {
        foreach (var retain in (bool[])[false, true])
        {
            var x = Leaf();
            var y = x.Exp();
            var (result, inner) = (y.Sum(), y.Sum());
            result.RegisterHook(gradient =>
            {
                inner.Backward(gradient);
                return null;
            });
            Assert.Contains("second time", Assert.Throws<InvalidOperationException>(() => result.Backward(retainGraph: retain)).Message,
                StringComparison.Ordinal);
        }
    }

    private static Tensor<float> Leaf() => Tensor.Create<float>([1, 2, 3], requiresGrad: true);

    private static Tensor<float> Graph(string name, Tensor<float> x) => name switch
    {
        "square" => (x * x).Sum(),
        "nothing saved" => x.Sum() + 1f,
        "loss" => new CrossEntropyLoss().Forward(x, Tensor.Scalar(1L)),
        "own function" => Tensor.Function("Own", [x], () => x.Sum(), (gradient, _) => [gradient * Tensor.Ones<float>(3)]),
        _ => x[0].Reshape(),
    };
}
