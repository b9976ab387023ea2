namespace Surprisal;

/// <summary>
/// From an operation to what made one of its inputs: the input's gradient as a function of the output's; null where the operation computes
/// those of all inputs together.
/// </summary>
internal readonly record struct Edge(GradientFunction Next, Func<Tensor, Tensor>? Gradient);
