using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>
/// The list of all modules, each with settings that are not its defaults, for what has to be true of each: an architecture test says which is missing.
/// </summary>
internal static class EveryModule
{
    /// <summary>How it is made from a seed, the first line that it prints for the seed 1, and the shapes of an input and of its output.</summary>
    public static IReadOnlyList<(Func<long, Module> Make, string Text, int[] Input, int[] Output)> All { get; } =
    [
        (static seed => new Linear(5, 3, new Seed(seed)), "Linear(in_features=5, out_features=3, bias=True)", [4, 5], [4, 3]),
        (static seed => new Conv2d(2, 3, 3, new Seed(seed), stride: 2, padding: 1, bias: false),
            "Conv2d(2, 3, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)", [4, 2, 6, 6], [4, 3, 3, 3]),
        (static _ => new BatchNorm2d(2, epsilon: 0.001, momentum: 0.25),
            "BatchNorm2d(2, eps=0.001, momentum=0.25, affine=True, track_running_stats=True)", [4, 2, 3, 3], [4, 2, 3, 3]),
        (static seed => new Dropout(0.25, new Seed(seed)), "Dropout(p=0.25)", [4, 5], [4, 5]),
        (static _ => new MaxPool2d(3, stride: 2, padding: 1), "MaxPool2d(kernel_size=3, stride=2, padding=1)", [4, 2, 6, 6], [4, 2, 3, 3]),
        (static _ => new AvgPool2d(3, stride: 1, padding: 1), "AvgPool2d(kernel_size=3, stride=1, padding=1)", [4, 2, 6, 6], [4, 2, 6, 6]),
        (static seed => new Conv2d(2, 4, 2, new Seed(seed), padding: Padding.Same, dilation: 3, groups: 2),
            "Conv2d(2, 4, kernel_size=(2, 2), stride=(1, 1), padding=same, dilation=(3, 3), groups=2)", [4, 2, 6, 6], [4, 4, 6, 6]),
        (static seed => new ConvTranspose2d(2, 3, 3, new Seed(seed), stride: 2, padding: 1, outputPadding: 1),
            "ConvTranspose2d(2, 3, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1))", [4, 2, 3, 3], [4, 3, 6, 6]),
        (static _ => new BatchNorm1d(3), "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)", [4, 3], [4, 3]),
        (static _ => new LayerNorm([3, 2]), "LayerNorm((3, 2), eps=1e-05, elementwise_affine=True)", [4, 3, 2], [4, 3, 2]),
        (static _ => new AdaptiveAvgPool2d(2, 1), "AdaptiveAvgPool2d(output_size=(2, 1))", [4, 2, 5, 6], [4, 2, 2, 1]),
        (static _ => new Upsample(2, UpsampleMode.Bilinear), "Upsample(scale_factor=2, mode='bilinear')", [4, 2, 3, 2], [4, 2, 6, 4]),
        (static _ => new LeakyRelu(0.2), "LeakyRelu(negative_slope=0.2)", [4, 5], [4, 5]),
        (static _ => new Gelu(GeluApproximation.Tanh), "Gelu(approximate='tanh')", [4, 5], [4, 5]),
        (static _ => new Silu(), "Silu()", [4, 5], [4, 5]),
        (static seed => new BasicBlock(2, 3, new Seed(seed), stride: 2), "BasicBlock(", [4, 2, 5, 6], [4, 3, 3, 3]),
        (static seed => new ResNet(3, 10, new Seed(seed), width: 2, blocks: 1), "ResNet(", [2, 3, 9, 8], [2, 10]),
        (static seed => new UNet(1, 3, new Seed(seed), width: 2), "UNet(", [2, 1, 11, 8], [2, 3, 11, 8]),
        (static _ => new Relu(), "Relu()", [4, 5], [4, 5]),
        (static _ => new Sigmoid(), "Sigmoid()", [4, 5], [4, 5]),
        (static _ => new Softmax(1), "Softmax(dim=1)", [4, 5], [4, 5]),
        (static _ => new LogSoftmax(-1), "LogSoftmax(dim=-1)", [4, 5], [4, 5]),
        (static _ => new Flatten(), "Flatten(start_dim=1, end_dim=-1)", [4, 2, 3, 3], [4, 18]),
        (static seed => new Sequential(new Linear(5, 3, new Seed(seed)), new Dropout(0.5, new Seed(seed))), "Sequential(", [4, 5], [4, 3]),
        (static seed => new Embedding(5, 3, new Seed(seed), paddingIndex: -1), "Embedding(5, 3, padding_idx=4)", [4, 2], [4, 2, 3]),
        (static _ => new RmsNorm([3, 2], 0.001), "RmsNorm((3, 2), eps=0.001, elementwise_affine=True)", [4, 3, 2], [4, 3, 2]),
        (static seed => new CausalSelfAttention(8, 2, new Seed(seed), dropout: 0.25, rotaryBase: 100, isInterleaved: true),
            "CausalSelfAttention(embed_dim=8, num_heads=2, dropout=0.25, rotary_base=100, interleaved=True", [4, 5, 8], [4, 5, 8]),
        (static seed => new FeedForward(3, new Seed(seed), dropout: 0.5), "FeedForward(", [4, 5, 3], [4, 5, 3]),
        (static seed => new TransformerBlock(4, 2, new Seed(seed), dropout: 0.1, epsilon: 0.01), "TransformerBlock(", [4, 5, 4], [4, 5, 4]),
        (static seed => new Gpt(5, 6, new Seed(seed), embedDim: 4, layers: 2, heads: 2, dropout: 0.1), "Gpt(", [4, 6], [4, 6, 5]),
        (static seed => new AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], new Seed(seed), divValue: 2, headBias: true),
            "AdaptiveLogSoftmaxWithLoss(in_features=8, n_classes=12, cutoffs=[3, 7], div_value=2, head_bias=True", [4, 8], [4, 12]),
        (static seed => new LeNet(1, 8, 8, 10, new Seed(seed)), "LeNet(", [4, 1, 8, 8], [4, 10]),
    ];

    /// <summary>Whether its inputs are tokens, which have no gradient.</summary>
    public static bool TakesTokens(Module module) => module is Embedding or Gpt;
}
