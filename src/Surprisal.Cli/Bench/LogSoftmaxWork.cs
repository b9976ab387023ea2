namespace Surprisal.Cli.Bench;

/// <summary>Log-softmax over the classes on the tape: forward, and backward from a gradient that is there.</summary>
/// <param name="Name">The name of the work.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Classes">How many classes.</param>
/// <param name="InSteps">Whether each call is a <see cref="Tensor.Step"/>, whose memory the next uses again.</param>
internal sealed record LogSoftmaxWork(string Name, int Rows, int Classes, bool InSteps = false) : Work(Name)
{
    public override long Logits => (long)Rows * Classes;

    /// <summary>
    /// Forward reads the logits and writes the output, backward reads the output and its gradient and writes the logits'.
    /// </summary>
    public override int Passes => 5;

    public override Prepared Prepare()
    {
        float[] numbers = Normal([Rows, Classes]), upstream = Uniform([Rows, Classes]);
        var logits = Tensor.Wrap<float>(numbers, [Rows, Classes], requiresGrad: true);
        var gradient = Tensor.Wrap<float>(upstream, [Rows, Classes]);
        Tensor<float>? output = null;
        return new Prepared(Run, Answer, numbers, upstream);

        double[] Answer()
        {
            Call();
            return [MeanSquare(output!.AsReadOnlySpan()), MeanSquare(logits.Grad!.AsReadOnlySpan())];
        }

        void Run()
        {
            using var step = InSteps ? Tensor.Step() : default;
            Call();
        }

        void Call()
        {
            logits.ZeroGrad();
            output = logits.LogSoftmax(1);
            output.Backward(gradient);
        }
    }
}
