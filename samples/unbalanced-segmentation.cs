#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Binary segmentation where few pixels are positive: weights from the masks, in two channels and in one.

using Surprisal;
using F = Surprisal.Functional;

// Two masks (N, 1, H, W) of 8 x 8 pixels, with one object of 6 pixels in each.
var masks = Tensor.Zeros<long>([2, 1, 8, 8]);
var pixels = masks.AsTensorSpan();
for (var n = 0; n < 2; n++)
for (var h = 2; h < 4; h++)
for (var w = 3; w < 6; w++)
    pixels[n, 0, h + n, w - n] = 1;

// Two predictions, as logits of (background, object): one says background everywhere, one finds the objects but is not sure.
var targets = masks.Squeeze(1);                                  // (N, H, W): CrossEntropyLoss wants no channel of size 1
var nothing = Tensor.Create<float>([2, -1]).Reshape(1, 2, 1, 1).Expand(2, 2, 8, 8);
var towards = 0.8f * masks.To<float>() - 0.4f;                    // 0.4 at the objects, -0.4 elsewhere
var found = Tensor.Concatenate<float>([-towards, towards], dim: 1);

// Without weights, saying "background" everywhere looks like the better answer: 116 of 128 pixels agree.
Console.WriteLine(F.CrossEntropy(nothing, targets));
Console.WriteLine(F.CrossEntropy(found, targets));

// The inverse of each class's share: background counts little, objects much. Now the empty answer is the worse one.
var weights = ClassWeights.InverseFrequency(masks.AsReadOnlySpan(), classes: 2);
Console.WriteLine($"{weights[0]:F4} {weights[1]:F4}");
Console.WriteLine(F.CrossEntropy(nothing, targets, weight: weights));
Console.WriteLine(F.CrossEntropy(found, targets, weight: weights)); // as before: equally unsure everywhere, any weights give its mean

// One channel says the same: its logit is the difference of the two, and pos_weight is negatives / positives.
var positive = PositiveWeights.FromTargets(masks.AsReadOnlySpan(), columns: 1);
Console.WriteLine($"{positive[0]:F4}");
var binary = new BceWithLogitsLoss { PosWeight = positive };
Console.WriteLine(binary.Forward(OneChannel(nothing), masks.To<float>()));
Console.WriteLine(binary.Forward(OneChannel(found), masks.To<float>()));

// The means differ, since only the class weights are in the divisor; the sums are the same up to the weight of the background.
Console.WriteLine(F.CrossEntropy(found, targets, weight: weights, reduction: Reduction.Sum));
Console.WriteLine((binary with { Reduction = Reduction.Sum }).Forward(OneChannel(found), masks.To<float>()) * (float)weights[0]);

// (N, 2, H, W) to (N, 1, H, W): object minus background, as a product with (-1, 1) over the channels.
static Tensor<float> OneChannel(Tensor<float> logits) =>
    (logits * Tensor.Create<float>([-1, 1]).Reshape(1, 2, 1, 1)).Sum(1, keepDim: true);
