using Surprisal.Cli.Bench;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Bench.Works;

/// <summary>The classic LeNet-5 with ReLU and max pooling on 28 x 28 images: 100 steps of SGD on batches of 64.</summary>
/// <param name="InSteps">Whether each of them is a <see cref="Tensor.Step"/>, whose memory the next uses again.</param>
/// <param name="Batch">How many images a step sees.</param>
internal sealed record LeNetTraining(bool InSteps = false, int Batch = 64)
    : Work($"LeNet, {Steps} steps of batch {Batch}{(InSteps ? ", in Tensor.Step" : "")}")
{
    public const int Steps = 100, Batches = 10;

    public override long Logits => 0;

    public override Prepared Prepare()
    {
        var model = new Sequential(
            new Conv2d(1, 6, 5, new Seed(1), padding: 2), new Relu(), new MaxPool2d(2),
            new Conv2d(6, 16, 5, new Seed(2)), new Relu(), new MaxPool2d(2),
            new Flatten(), new Linear(400, 120, new Seed(3)), new Relu(), new Linear(120, 84, new Seed(4)), new Relu(),
            new Linear(84, 10, new Seed(5)));
        var loss = new CrossEntropyLoss();
        var optimizer = new Sgd(model.Parameters(), learningRate: 0.01);
        var images = Enumerable.Range(0, Batches).Select(i => Tensor.Rand<float>([Batch, 1, 28, 28], new Seed(i))).ToArray();
        var targets = Enumerable.Range(0, Batches).Select(i => Tensor.RandInt<long>(0, 10, [Batch], new Seed(i))).ToArray();
        var last = 0f;
        return new Prepared(
            Run,
            () => [last],
            [.. model.Parameters().Select(static parameter => parameter.ToArray()), .. images.Select(static batch => batch.ToArray()),
                .. targets.Select(static batch => batch.ToArray())]);

        void Run()
        {
            for (var step = 0; step < Steps; step++)
            {
                using var scope = InSteps ? Tensor.Step() : default;
                optimizer.ZeroGrad();
                var value = loss.Forward(model.Forward(images[step % Batches]), targets[step % Batches]);
                value.Backward();
                optimizer.Step();
                if (step == Steps - 1) last = value.Item();
            }
        }
    }
}
