namespace Surprisal;

/// <summary>From an operation to what made one of its inputs: the input's gradient as a function of the output's.</summary>
internal readonly record struct Edge(GradientFunction Next, Func<Tensor, Tensor> Gradient);
