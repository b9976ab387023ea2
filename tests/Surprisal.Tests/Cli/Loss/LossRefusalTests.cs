namespace Surprisal.Tests.Cli.Loss;

/// <summary>What the command refuses, in whole lines that name file, position and value; nothing is written then.</summary>
public sealed class LossRefusalTests
{
    [Theory]
    [InlineData("cross-entropy --logits X --targets BAD --gradient G", "BAD: targets[2] = 7 is out of bounds: classes are 0..2 and ignore_index is -100.")]
    [InlineData("nll --input X --targets Z", "Z holds float32; integers or bool were expected.")]
    [InlineData("cross-entropy --logits Y --targets Y", "Y: int64 [3]; numbers of float16, bfloat16, float32 or float64 were expected.")]
    [InlineData("cross-entropy --logits X --targets D", "D: float64 [3, 3] does not go into float32, the type of the scores; save both as one type.")]
    [InlineData("cross-entropy --logits X --targets Z --ignore-index 0", "ignore_index is not supported for floating point target: IgnoreIndex is 0, and " +
        "no probability is a class index; leave samples out by a sample weight of 0.")]
    [InlineData("cross-entropy --logits X --targets Y --weight 1,2", "--weight: weight tensor should be defined either for all 3 classes or no classes " +
        "but got weight tensor of shape: [2]")]
    [InlineData("cross-entropy --logits X --targets Y --weight Z", "Z has the shape [3, 3]; one weight a class was expected, [C].")]
    [InlineData("cross-entropy --logits X --targets Y --prior N", "N: Prior[0] = -1; its logarithm is added to the logits, so it must be positive and finite.")]
    [InlineData("cross-entropy --logits X --targets Y --sample-weights BAD2", "BAD2: The size of tensor a (3) must match the size of tensor b (2) at " +
        "non-singleton dimension 0: sampleWeights of shape [2] does not broadcast to [3].")]
    [InlineData("cross-entropy --logits X --targets Y --when-empty error --ignore-index 0 --sample-weights ZERO", "the mean of CrossEntropyLoss is over " +
        "nothing: there is no sample, every one is ignored, or every weight is 0; WhenEmpty = Zero or NaN gives a value instead.")]
    [InlineData("bce --input X --targets Z", "X: all elements of input should be between 0 and 1: inputs[0, 1] = 2 is no probability; logits go to " +
        "BceWithLogitsLoss.")]
    [InlineData("mse --input X --targets BIG", "BIG: the number at [1, 2] is 16777217, which float32 lacks.")]
    [InlineData("mse --input X --targets MOST", "MOST: the number at [0, 0] is 9223372036854775807, which float32 lacks.")]
    [InlineData("mse --input X --targets Z --gradient THERE", "--gradient THERE is there already; --force replaces it.")]
    [InlineData("mse --input X --targets Z --out THERE", "--out THERE is there already; --force replaces it.")]
    [InlineData("mse --input X --targets Z --out G --gradient G", "G is the file of --gradient and of --out; each needs one of its own.")]
    [InlineData("mse --input X --targets Z --gradient G --out G/o", "--out G/o: there is no folder G.")]
    [InlineData("mse --input X --targets Z --out FOLDER", "--out FOLDER is a folder; the name of a file was expected.")]
    [InlineData("mse --input NONE --targets Z", "NONE: there is no such file; an array of NumPy (.npy), a file of them (.npz) or a safetensors file was " +
        "expected.")]
    public void What_cannot_be_computed_is_one_line(string arguments, string message)
    {
        using var call = new LossCall();
        call.Write("X", [1f, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3);
        call.Write("Y", [0L, 1, 2], 3);
        call.Write("Z", [1f, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3);
        call.Write("D", [1.0, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3);
        call.Write("N", [-1.0, 1, 1], 3);
        call.Write("BAD", (short[])[0, 1, 7], 3);
        call.Write("BAD2", [1f, 1], 2);
        call.Write("ZERO", [0f], 1);
        call.Write("BIG", [1, 2, 3, 4, 5, 16777217, 0, 0, 0], 3, 3);
        call.Write("MOST", [long.MaxValue, 2, 3, 4, 5, 6, 0, 0, 0], 3, 3);
        call.Write("THERE", [5f], 1);
        Directory.CreateDirectory(call.Path("FOLDER"));
        var before = File.ReadAllBytes(call.Path("THERE"));
        var (exit, output, errors) = CommandProcess.Run(["loss", .. arguments.Split(' ').Select(Named)]);
        var expected = string.Join(' ', message.Split(' ').Select(Named));
        Assert.Equal($"surprisal: {expected}\n", errors.ReplaceLineEndings("\n"));
        Assert.Equal(("", 1), (output, exit));
        Assert.False(File.Exists(call.Path("G")));
        Assert.Equal(before, File.ReadAllBytes(call.Path("THERE")));

        string Named(string word) => IsFile(word.TrimEnd(':', '.')) ? call.Path(word) : word;
    }

    [Theory]
    [InlineData("crossentropy --logits a", "", "Unrecognized command or argument 'crossentropy'; did you mean 'cross-entropy'?")]
    [InlineData("mae", "", "Unrecognized command or argument 'mae'; did you mean 'l1'?")]
    [InlineData("hinge", "", "Unrecognized command or argument 'hinge'.")]
    [InlineData("nll --input a", "nll", "--targets FILE is missing.")]
    [InlineData("nll --targets a", "nll", "--input FILE is missing.")]
    [InlineData("nll --input a --targets b --labels c", "nll", "Unrecognized command or argument '--labels'; did you mean '--targets'?")]
    [InlineData("nll --input a --targets b --gamma 2", "nll", "Unrecognized command or argument '--gamma'.")]
    [InlineData("mse --input a --targets b --reduction batchmean", "mse", "--reduction is 'batchmean'; one of none, mean, sum was expected.")]
    [InlineData("kl-div --input a --targets b --reduction batch-mean", "kl-div", "--reduction is 'batch-mean'; one of none, mean, sum, batchmean was " +
        "expected; did you mean 'batchmean'?")]
    [InlineData("focal --logits a --targets b --gamma -1", "focal", "--gamma is '-1'; Gamma is -1; it is the exponent of 1 - p_t, so it must " +
        "be 0 or more and finite.")]
    [InlineData("huber --input a --targets b --delta 0,5", "huber", "--delta is '0,5'; a number was expected, with a decimal point.")]
    [InlineData("cross-entropy --logits a --targets b --label-smoothing 1.5", "cross-entropy", "--label-smoothing is '1.5'; label_smoothing must be between " +
        "0.0 and 1.0. Got: 1.5")]
    [InlineData("cross-entropy --logits a --targets b --prior 1,0", "cross-entropy", "--prior is '1,0'; Prior[1] = 0; its logarithm is added to the " +
        "logits, so it must be positive and finite.")]
    [InlineData("nll --input a --targets b --weight 1,x", "nll", "--weight is '1,x'; numbers with commas between them were expected, or a file of them.")]
    [InlineData("nll --input a --targets b --ignore-index 1.5", "nll", "--ignore-index is '1.5'; a whole number was expected.")]
    [InlineData("nll --input a --targets b --normalizer 0", "nll", "--normalizer is '0'; Normalizer is 0; it divides the sum of the losses, so it must be " +
        "positive and finite.")]
    public void Wrong_usage_is_one_line(string arguments, string command, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(["loss", .. arguments.Split(' ')]);
        var asked = command.Length == 0 ? "loss" : $"loss {command}";
        Assert.Equal($"surprisal: {message}\nsurprisal: see 'surprisal {asked} --help'\n", errors.ReplaceLineEndings("\n"));
        Assert.Equal(("", 2), (output, exit));
    }

    private static bool IsFile(string word) =>
        word is "X" or "Y" or "Z" or "D" or "N" or "G" or "G/o" || word.Length > 2 && word.All(static c => char.IsAsciiLetterUpper(c) || c == '2');
}
