using System.CommandLine;
using System.CommandLine.Parsing;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Inputs;

/// <summary>The options of <c>surprisal train</c> for how samples are drawn, and changed while a model learns from them.</summary>
internal sealed class ChangeArguments
{
    /// <summary>How much brightness, contrast and saturation can change.</summary>
    private const double MostColour = 1;

    private readonly Option<bool> flip = Flag("--flip", "Exchange left and right of every other image, drawn anew each epoch");

    private readonly Option<int?> shift = Checked<int?>("--shift", "N",
        "Move images by up to so many pixels, as a random crop after such padding",
        static text => Numeral.TryWhole(text, out var value) && value is >= 1 and <= 4096 ? ((int)value, "")
            : (null, $"a whole number from 1 to 4096 was expected{Numeral.Hint(text, whole: true)}."));

    private readonly Option<double?> rotate = UpTo("--rotate", "DEGREES", "Turn images by up to so many degrees", 180),
        colour = UpTo("--colour", "SHARE", "Change brightness, contrast and saturation of images by up to this share", MostColour),
        mixup = UpTo("--mixup", "ALPHA", "Mix each sample and its class with another's; 0.2 is usual", 100),
        cutMix = UpTo("--cutmix", "ALPHA", "Put a box of another image over each, and mix the classes by its area; 1 is usual", 100);

    private readonly Option<string?> sampler = Choice("--sampler",
        "How an epoch is drawn: each sample once; or rare classes as often as frequent ones [default: shuffled]", TrainOptions.Samplers);

    public IReadOnlyList<Option> All => [flip, shift, rotate, colour, mixup, cutMix, sampler];

    /// <summary>What cannot be, a line each.</summary>
    public IEnumerable<string> Complaints(CommandResult result)
    {
        if (result.Has("--csv") && All.Where(result.Has).FirstOrDefault(IsOfImages) is { } ofImages)
            yield return $"{ofImages.Name} changes images; the rows of --csv are none.";
        // Pixels are put over pixels with their classes.
        var mixing = result.Has("--masks") ? null : ((Option[])[mixup, cutMix]).FirstOrDefault(result.Has);
        if (mixing is null) yield break;
        var loss = result.Has("--labels") ? TrainLoss.Binary : result.Word("--loss");
        if (loss is not null and not TrainLoss.Default && TrainLoss.Names.Contains(loss))
            yield return $"{mixing.Name} makes class probabilities, which the loss {loss} does not take; {TrainLoss.Default} does.";
    }

    /// <summary>The options with what was given.</summary>
    public TrainOptions Apply(ParseResult parsed, TrainOptions options) => options with
    {
        Flip = parsed.GetValue(flip),
        Shift = parsed.GetValue(shift) ?? 0,
        Rotate = parsed.GetValue(rotate) ?? 0,
        Colour = parsed.GetValue(colour) ?? 0,
        Mixup = parsed.GetValue(mixup) ?? 0,
        CutMix = parsed.GetValue(cutMix) ?? 0,
        Sampler = parsed.GetValue(sampler) ?? options.Sampler,
    };

    private bool IsOfImages(Option option) => option != mixup && option != sampler;

    private static Option<double?> UpTo(string name, string helpName, string description, double most) =>
        Checked<double?>(name, helpName, description, text =>
            Numeral.TryNumber(text, out var value) && value > 0 && value <= most ? (value, "")
            : (null, $"a number above 0, to {most}, was expected{Numeral.Hint(text, whole: false)}."));
}
