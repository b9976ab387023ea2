using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>The functions as modules: the same numbers as the operations, no parameters.</summary>
public sealed class FunctionModuleTests
{
    private static readonly Tensor<float> Input = Tensor.Randn<float>([3, 4, 5], new Seed(5));

    public static TheoryData<int> Axes() => [0, 1, 2, -1, -3];

    [Theory]
    [MemberData(nameof(Axes))]
    public void Softmax_and_LogSoftmax_keep_their_axis(int axis)
    {
        Assert.Equal(Input.Softmax(axis).ToArray(), new Softmax(axis).Forward(Input).ToArray());
        Assert.Equal(Input.LogSoftmax(axis).ToArray(), new LogSoftmax(axis).Forward(Input).ToArray());
    }

    [Fact]
    public void They_stand_in_a_model_and_have_no_parameters()
    {
        var model = new Sequential(new Sigmoid(), new LogSoftmax(1), new Softmax(-1));
        Assert.Equal(Input.Sigmoid().LogSoftmax(1).Softmax(-1).ToArray(), model.Forward(Input).ToArray());
        Assert.Empty(model.Parameters());
    }

    [Fact]
    public void An_axis_that_the_input_lacks_is_named() =>
        Assert.Equal("Dimension out of range (expected to be in range of [-3, 2], but got 3) (Parameter 'dim')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Softmax(3).Forward(Input)).Message);
}
