namespace Surprisal.Tests.Autograd;

/// <summary>Scopes in which nothing is recorded.</summary>
public sealed class GradModeTests
{
    private static readonly Tensor<float> Weight = Tensor.Ones<float>([2], requiresGrad: true);

    [Fact]
    public void Nothing_is_recorded_inside_a_scope_and_recording_resumes_after_it()
    {
        Assert.True(GradMode.IsEnabled);
        using (Tensor.NoGrad())
        {
            Assert.False(GradMode.IsEnabled);
            Assert.False((Weight * 2f).RequiresGrad);
            Assert.True(Weight.RequiresGrad);
            Assert.True(Tensor.Ones<float>([1], requiresGrad: true).RequiresGrad);
        }
        Assert.True(GradMode.IsEnabled);
        Assert.True((Weight * 2f).RequiresGrad);
    }

    [Fact]
    public void An_inner_scope_does_not_end_the_outer_one()
    {
        using (Tensor.NoGrad())
        {
            using (Tensor.NoGrad()) Assert.False(GradMode.IsEnabled);
            Assert.False(GradMode.IsEnabled);
        }
        Assert.True(GradMode.IsEnabled);
    }

    [Fact]
    public void An_exception_ends_the_scope()
    {
        static void Throw()
        {
            using var scope = Tensor.NoGrad();
            throw new InvalidOperationException("on purpose");
        }
        Assert.Throws<InvalidOperationException>(Throw);
        Assert.True(GradMode.IsEnabled);
    }

    [Fact]
    public void A_scope_is_seen_by_its_own_thread_only()
    {
        using var scope = Tensor.NoGrad();
        var elsewhere = false;
        var thread = new Thread(() => elsewhere = (Weight * 2f).RequiresGrad && GradMode.IsEnabled);
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
        Assert.False(GradMode.IsEnabled);
    }
}
