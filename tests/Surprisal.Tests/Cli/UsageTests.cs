using Surprisal.Cli;

namespace Surprisal.Tests.Cli;

/// <summary>What the command line refuses, in which words, and what it guesses.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("--epochs 0", "--epochs is '0'; a whole number from 1 was expected.")]
    [InlineData("--epochs many", "--epochs is 'many'; a whole number from 1 was expected.")]
    [InlineData("--epochs 3000000000", "--epochs is '3000000000'; a whole number from 1 to 2147483647 was expected.")]
    [InlineData("--batch-size 1,000", "--batch-size is '1,000'; a whole number from 1 was expected, without separators.")]
    [InlineData("--lr -1", "--lr is '-1'; a number greater than 0 was expected.")]
    [InlineData("--lr NaN", "--lr is 'NaN'; a number greater than 0 was expected.")]
    [InlineData("--lr 0,006", "--lr is '0,006'; a number greater than 0 was expected, with a decimal point.")]
    [InlineData("--lr 1e-400", "--lr is '1e-400'; a number greater than 0 was expected.")]
    [InlineData("--lr=1e400", "--lr is '1e400'; a number greater than 0 was expected.")]
    [InlineData("--seed x", "--seed is 'x'; a whole number was expected.")]
    [InlineData("--seed 1.5", "--seed is '1.5'; a whole number was expected.")]
    [InlineData("--optimizer adagrad", "--optimizer is 'adagrad'; one of adam, adamw, sgd was expected.")]
    [InlineData("--optimizer Adam", "--optimizer is 'Adam'; one of adam, adamw, sgd was expected; did you mean 'adam'?")]
    [InlineData("--schedule cosin", "--schedule is 'cosin'; one of cosine, step, one-cycle, plateau, constant was expected; did you mean 'cosine'?")]
    [InlineData("--model vgg", "--model is 'vgg'; one of lenet, resnet, mlp, linear, unet was expected.")]
    [InlineData("--data a --images b", "--data, --images and --csv exclude each other; give one source.")]
    [InlineData("--data=", "Required argument missing for option: '--data'.")]
    [InlineData("--grey", "--size, --grey, --max-pixels and --skip-bad go with --images.")]
    [InlineData("--resume x --seed 3", "--seed cannot change in a resumed run; with --resume only --epochs, --early-stop, --keep-going, --quiet, " +
        "--json-log, --tensorboard, " +
        "--threads, --rank-timeout and the new place of moved data may be given.")]
    [InlineData("--wrong", "Unrecognized command or argument '--wrong'.")]
    [InlineData("--wrong 7", "Unrecognized command or argument '--wrong'.")]
    [InlineData("--epoch 7", "Unrecognized command or argument '--epoch'; did you mean '--epochs'?")]
    [InlineData("--learning-rate 0.1", "Unrecognized command or argument '--learning-rate'; did you mean '--lr'?")]
    [InlineData("@file", "Unrecognized command or argument '@file'.")]
    public void WrongUsageIsOneClearLineAndExitCodeTwo(string arguments, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(["train", .. arguments.Split(' ')]);
        Assert.Equal($"surprisal: {message}\nsurprisal: see 'surprisal train --help'\n", errors);
        Assert.Equal("", output);
        Assert.Equal(2, exit);
    }

    [Theory]
    [InlineData("trian", "; did you mean 'train'?")]
    [InlineData("benchmark", "; did you mean 'bench'?")]
    [InlineData("--epochs", "; did you mean 'train --epochs'?")]
    [InlineData("frobnicate", ".")]
    public void AnUnknownCommandIsOneLine(string word, string end)
    {
        var (exit, _, errors) = CommandProcess.Run(word);
        Assert.Equal($"surprisal: Unrecognized command or argument '{word}'{end}\nsurprisal: see 'surprisal --help'\n", errors);
        Assert.Equal(2, exit);
    }

    /// <summary>Numbers that some culture, or .NET's default style, would read as something else or at all.</summary>
    [Theory]
    [InlineData("0,006")]
    [InlineData("1,000")]
    [InlineData("1 000")]
    [InlineData("1.000.000")]
    [InlineData("1'000")]
    [InlineData("1_000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("(1)")]
    [InlineData("$1")]
    [InlineData("0x10")]
    [InlineData("١")]
    [InlineData("１")]
    [InlineData("∞")]
    [InlineData("Infinity")]
    [InlineData("")]
    [InlineData("-")]
    public void NoNumberIsReadInAnothersWay(string text)
    {
        Assert.False(Numeral.TryNumber(text, out _));
        Assert.False(Numeral.TryWhole(text, out _));
    }

    [Theory]
    [InlineData("0.006", 0.006)]
    [InlineData("6e-3", 0.006)]
    [InlineData("+.5", 0.5)]
    [InlineData("-2.", -2)]
    public void NumbersHaveAPointAndAnExponent(string text, double expected)
    {
        Assert.True(Numeral.TryNumber(text, out var value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void EveryOptionIsFoundWhenOneLetterIsWrong()
    {
        string[] options = [.. TrainCommand.Create().Options.Select(static option => option.Name)];
        Assert.All(options, option =>
        {
            for (var at = 3; at < option.Length; at++)
            {
                AssertGuessed(option, option.Remove(at, 1));
                AssertGuessed(option, option.Insert(at, "x"));
                AssertGuessed(option, string.Concat(option.AsSpan(0, at), "x", option.AsSpan(at + 1)));
            }
            AssertGuessed(option, option.ToUpperInvariant());
            AssertGuessed(option, "-" + option.TrimStart('-'));
            AssertGuessed(option, option.Replace("-", "_", StringComparison.Ordinal).Replace("__", "--", StringComparison.Ordinal));
        });

        // --seedx is as near to --seed as to --seeds: either will do.
        void AssertGuessed(string option, string written)
        {
            var guess = DidYouMean.Guess(written, options);
            Assert.True(guess == option || (guess is not null && DidYouMean.Distance(guess, written) <= DidYouMean.Distance(option, written)),
                $"{written} gave {guess}; {option} was meant.");
        }
    }

    [Theory]
    [InlineData("--learning-rate", "--lr")]
    [InlineData("--lr0", "--lr")]
    [InlineData("--batch", "--batch-size")]
    [InlineData("-b", "--batch-size")]
    [InlineData("--arch", "--model")]
    [InlineData("--data-dir", "--data")]
    [InlineData("--data_path", "--data")]
    [InlineData("--imgsz", "--size")]
    [InlineData("--opt", "--optimizer")]
    [InlineData("--lr-scheduler", "--schedule")]
    [InlineData("--output-dir", "--out")]
    [InlineData("--num_epochs", "--epochs")]
    [InlineData("--workers", "--threads")]
    [InlineData("--wrong", null)]
    [InlineData("--", null)]
    public void OtherProgramsWordsLeadToOurs(string word, string? option) =>
        Assert.Equal(option, DidYouMean.Guess(word, TrainCommand.Create().Options.Select(static option => option.Name)));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("trian", "train", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void DistanceCountsChangesAndSwaps(string a, string b, int distance)
    {
        Assert.Equal(distance, DidYouMean.Distance(a, b));
        Assert.Equal(distance, DidYouMean.Distance(b, a));
    }

    [Theory]
    [InlineData("x is -1; it must be positive. (Parameter 'x')", "x is -1; it must be positive.")]
    [InlineData("file: Wrong. (Parameter 'inner')\nnext", "file: Wrong. next")]
    [InlineData("(Parameters) stay", "(Parameters) stay")]
    public void MessagesDoNotSpeakOfParameters(string message, string plain) => Assert.Equal(plain, Commands.Plain(message));
}
