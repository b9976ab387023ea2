using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>A module prints what it is made of, with the settings that decide what it computes.</summary>
public sealed class ModuleTextTests
{
    [Fact]
    public void EveryModuleShowsItsSettings()
    {
        var model = new Sequential(
            new Conv2d(1, 4, 3, new Seed(0), stride: 2, padding: 1, bias: false), new BatchNorm2d(4, epsilon: 0.001, momentum: 0.25), new Relu(),
            new MaxPool2d(2), new Sequential(new AvgPool2d(3, stride: 1, padding: 1), new Flatten(), new Dropout(0.25, new Seed(7))),
            new Linear(16, 3, new Seed(1)), new Softmax(1), new LogSoftmax(-1), new Sigmoid());
        Assert.Equal(
            """
            Sequential(
              (0): Conv2d(1, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
              (1): BatchNorm2d(4, eps=0.001, momentum=0.25, affine=True, track_running_stats=True)
              (2): Relu()
              (3): MaxPool2d(kernel_size=2, stride=2, padding=0)
              (4): Sequential(
                (0): AvgPool2d(kernel_size=3, stride=1, padding=1)
                (1): Flatten(start_dim=1, end_dim=-1)
                (2): Dropout(p=0.25)
              )
              (5): Linear(in_features=16, out_features=3, bias=True)
              (6): Softmax(dim=1)
              (7): LogSoftmax(dim=-1)
              (8): Sigmoid()
            )
            """.ReplaceLineEndings("\n"), model.ToString());
        var half = new Sequential(new Flatten(), new Linear(4, 2, new Seed(0)));
        half.NamedModules().Last().Module.Freeze();
        Assert.Equal("Sequential(\n  (0): Flatten(start_dim=1, end_dim=-1)\n" +
            "  (1): Linear(in_features=4, out_features=2, bias=True) frozen\n)", half.ToString());
        Assert.StartsWith("LeNet(\n  (features): Sequential(\n    (0): Conv2d(1, 16, ", new LeNet(1, 8, 8, 10, new Seed(0)).ToString(),
            StringComparison.Ordinal);
    }
}
