using TorchSharp;

namespace Surprisal.Differential;

/// <summary>A place where Surprisal decides differently on purpose.</summary>
/// <param name="Row">Its row in docs/pytorch-differences.md: function and case. Without one it explains nothing.</param>
/// <param name="Truth">What is computed instead, in PyTorch's operations; null where the call is refused, or where <paramref name="Either"/> is.</param>
/// <param name="Either">Whether one may refuse what the other answers.</param>
internal sealed record Decision(string Row, Func<torch.Tensor[], torch.Tensor[]>? Truth = null, bool Either = false);
