using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Rows of a tensor as samples.</summary>
public sealed class TensorDatasetTests
{
    [Fact]
    public void SamplesAreTheRows()
    {
        var data = new TensorDataset(Tensor.Arange<float>(12).Reshape(3, 2, 2), Tensor.Create<long>([1, 0, 1]), ["a", "b"]);
        Assert.Equal(3, data.Count);
        Assert.Equal([2, 2], data.SampleShape.ToArray());
        Assert.Equal(["a", "b"], data.ClassNames);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal([4f * i, 4 * i + 1, 4 * i + 2, 4 * i + 3], ImageDatasetTests.Read(data, i));
            Assert.Equal(i == 1 ? 0 : 1, data.Target(i));
        }
    }

    [Fact]
    public void RefusesAnIndexOrASampleThatDoesNotFit()
    {
        var data = new TensorDataset(Tensor.Arange<float>(12).Reshape(3, 2, 2), Tensor.Create<long>([1, 0, 1]), ["a", "b"]);
        foreach (var index in (int[])[-1, 3, int.MaxValue, int.MinValue])
        {
            Assert.Equal($"index is {index}; the dataset has 3 samples, 0..2. (Parameter 'index')",
                Assert.Throws<ArgumentOutOfRangeException>(() => data.Target(index)).Message);
            Assert.Equal($"index is {index}; the dataset has 3 samples, 0..2. (Parameter 'index')",
                Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(index, new float[4])).Message);
        }
        foreach (var length in (int[])[0, 3, 5])
            Assert.Equal($"sample holds {length} numbers, but a row of shape [2, 2] has 4. (Parameter 'sample')",
                Assert.Throws<ArgumentException>(() => data.Read(0, new float[length])).Message);
    }

    [Fact]
    public void RefusesShapesAndTargetsThatDoNotFit()
    {
        AssertRefused("inputs have shape [] and targets [1]; [N, ..] and [N] are needed. (Parameter 'inputs')", Tensor.Zeros<float>([]),
            Tensor.Zeros<long>([1]));
        AssertRefused("inputs have shape [2] and targets [3]; [N, ..] and [N] are needed. (Parameter 'inputs')", Tensor.Zeros<float>([2]),
            Tensor.Zeros<long>([3]));
        AssertRefused("inputs have shape [2] and targets [2, 1]; [N, ..] and [N] are needed. (Parameter 'inputs')", Tensor.Zeros<float>([2]),
            Tensor.Zeros<long>([2, 1]));
        AssertRefused("targets[1] = 2 is out of bounds: there are 2 class names. (Parameter 'targets')", Tensor.Zeros<float>([2]), Tensor.Create<long>([1, 2]));
        AssertRefused("targets[0] = -1 is out of bounds: there are 2 class names. (Parameter 'targets')", Tensor.Zeros<float>([2]),
            Tensor.Create<long>([-1, 1]));
        AssertRefused("targets[1] = -100 is out of bounds: there are 2 class names. (Parameter 'targets')", Tensor.Zeros<float>([2]),
            Tensor.Create<long>([255, -100]), ignored: 255);

        static void AssertRefused(string message, Tensor<float> inputs, Tensor<long> targets, long ignored = -100) =>
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => new TensorDataset(inputs, targets, ["a", "b"], ignored)).Message);
    }

    [Fact]
    public void TargetsThatTheLossIgnoresAreWelcome()
    {
        Assert.Equal(-100, new TensorDataset(Tensor.Zeros<float>([2]), Tensor.Create<long>([1, -100]), ["a", "b"]).Target(1));
        Assert.Equal(255, new TensorDataset(Tensor.Zeros<float>([2]), Tensor.Create<long>([1, 255]), ["a", "b"], ignoreIndex: 255).Target(1));
    }
}
