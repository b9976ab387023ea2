using System.Text.Json.Serialization;
using Surprisal.Modules;

namespace Surprisal.Cli.Models;

/// <summary>A built-in network: all that it takes to make it again, weights aside.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="Input">The shape of a sample: [C, H, W], or [inputs] of a table.</param>
/// <param name="Classes">The number of logits.</param>
internal sealed record Architecture(string Name, IReadOnlyList<int> Input, int Classes)
{
    public static readonly string[] Names = ["lenet", "resnet", "mlp", "linear", PerPixel];

    /// <summary>What it halves twice.</summary>
    public const int SmallestSide = 4;

    /// <summary>The one whose outputs are planes.</summary>
    public const string PerPixel = "unet";

    [JsonIgnore]
    public bool IsPossible => Names.Contains(Name) && Classes > 0 && Input switch
    {
        [> 0] => TrainOptions.ModelsOfTables.Contains(Name),
        [> 0, > 0, > 0] => Name != PerPixel || Math.Min(Input[1], Input[2]) >= SmallestSide,
        _ => false,
    };

    /// <summary>The network with weights from a seed.</summary>
    public Module Build(Seed random)
    {
        var numbers = Input.Aggregate(1, static (product, size) => checked(product * size));
        return Name switch
        {
            "mlp" => new Sequential(new Flatten(), new Linear(numbers, 128, random), new Relu(), new Linear(128, Classes, random)),
            "linear" => new Sequential(new Flatten(), new Linear(numbers, Classes, random)),
            PerPixel => new UNet(Input[0], Classes, random),
            "resnet" => new ResNet(Input[0], Classes, random),
            _ => new LeNet(Input[0], Input[1], Input[2], Classes, random),
        };
    }

    /// <summary>lenet of 1 x 28 x 28 to 10 classes; of two classes with one logit, to 1 output.</summary>
    public override string ToString() =>
        $"{Name} of {TrainLines.Sample([.. Input])} to {(Classes == 1 ? "1 output" : $"{Classes} classes")}";
}
