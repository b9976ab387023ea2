using Surprisal.Modules;

namespace Surprisal.Tests.Training;

/// <summary>Modules that overflow, throw, or have a derivative that is not finite.</summary>
internal static class FaultyModules
{
    internal sealed class Overflowing : Module
    {
        public float Factor { get; set; } = 1;

        public override Tensor<float> Forward(Tensor<float> input) => input * Factor;
    }

    /// <summary>x + sqrt(0 x): x itself, with a derivative that is NaN.</summary>
    internal sealed class Rooted : Module
    {
        public Func<bool> IsOn { get; set; } = static () => true;

        public Tensor<float>? Scale { get; init; }

        public override Tensor<float> Forward(Tensor<float> input) => !IsOn() ? input : input + (input * 0f * (Scale ?? Tensor.Ones<float>([1]))).Pow(2).Sqrt();
    }

    internal sealed class ThirdTime : Module
    {
        private readonly Tensor<long> calls;

        public ThirdTime() => calls = Buffer("calls", Tensor.Zeros<long>([]));

        public override Tensor<float> Forward(Tensor<float> input) => ++calls.Span[0] == 3 ? input * float.PositiveInfinity : input;
    }

    internal sealed class Failing : Module
    {
        public bool IsOn { get; init; }

        public override Tensor<float> Forward(Tensor<float> input) => IsOn ? throw new ArithmeticException("broken") : input;
    }

    /// <summary>Calls its parts itself, as most models do.</summary>
    internal sealed class Composed : Module
    {
        private readonly Linear first, second;

        public Composed(float weight)
        {
            (first, second) = (Child("first", new Linear(8, 8, new Seed(1))), Child("second", new Linear(8, 2, new Seed(2))));
            second.Weight.Detach().Fill(weight);
        }

        public override Tensor<float> Forward(Tensor<float> input) => second.Forward(first.Forward(input.Flatten(1)).Relu());
    }

    internal sealed class Direct : Module
    {
        private readonly Tensor<float> weight;

        public Direct() => weight = Parameter("weight", Tensor.Full<float>([8], float.PositiveInfinity));

        public override Tensor<float> Forward(Tensor<float> input) => input.Flatten(1) * weight;
    }
}
