#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Segmentation, trained: which pixels of a picture are of a disc, of a square, or of neither. A U-Net, from pictures that the
// sample draws, to masks that overlap the true ones by more than nine tenths.

using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

const int Count = 200, Size = 32;

// 1. Data: a dark disc and a grey square in each picture, on a light background. With its noise a pixel alone could be of either.
var random = new Seed(0);
var (pixels, masks) = (new byte[Count * Size * Size], new ushort[Count * Size * Size]);
var places = Tensor.Rand<float>([Count, 6], random).ToArray();
var noise = Tensor.Rand<float>([pixels.Length], random).ToArray();
for (var n = 0; n < Count; n++)
{
    var (x, y, radius) = (Between(n, 0, 7, 25), Between(n, 1, 7, 25), Between(n, 2, 4, 7));
    var (left, top, side) = (Between(n, 3, 2, 22), Between(n, 4, 2, 22), Between(n, 5, 6, 10));
    for (var i = 0; i < Size * Size; i++)
    {
        var (across, down) = (i % Size, i / Size);
        var isSquare = across >= left && across < left + side && down >= top && down < top + side;
        var isDisc = (across - x) * (across - x) + (down - y) * (down - y) < radius * radius;
        masks[n * Size * Size + i] = (ushort)(isSquare ? 2 : isDisc ? 1 : 0);
        pixels[n * Size * Size + i] = (byte)((isSquare ? 90 : isDisc ? 40 : 150) + 80 * noise[n * Size * Size + i]);
    }
}
var shapes = new SegmentationDataset(pixels, [Count, 1, Size, Size], masks, ["background", "disc", "square"]);
var (train, validation, test) = shapes.Split(0.2, 0.1, random).Normalized();

// 2. Model: a picture to three logits a pixel. 3. Loss: rare classes weigh more. 4. Optimizer. 5. Training: the mean IoU chooses.
var model = new UNet(channels: 1, classes: 3, random, width: 8);
var loss = new CrossEntropyLoss { Weight = ClassWeights.EffectiveNumber(train.CountTargets(), beta: 0.999) };
var optimizer = new Adam(model.Parameters(), learningRate: 0.01);
var loader = new DataLoader(train, batchSize: 8, shuffle: random) { Augmentation = new Augmentation(random) { Flip = 0.5 } };
var trainer = new Trainer(model, loss, optimizer) { Criterion = Criterion.MeanIou, Schedule = new CosineLr(optimizer, epochs: 8) };
foreach (var report in trainer.Epochs(loader, new DataLoader(validation!, 16), epochs: 8))
    if (report.Epoch % 4 == 0) Console.WriteLine($"epoch {report.Epoch}: mean IoU {report.Validation.Metrics.MeanIou:F3}");

var metrics = trainer.Evaluate(new DataLoader(test, 16)).Metrics;
foreach (var (name, report) in shapes.ClassNames.Zip(metrics.Classes)) Console.WriteLine($"{name,-10} IoU {report.Iou:F3}");
Console.WriteLine($"test mean IoU {metrics.MeanIou:F3} of {metrics.Counted} pixels");
return metrics.MeanIou > 0.9 ? 0 : 1;

// A whole number that the picture's numbers decide.
int Between(int n, int which, int least, int most) => least + (int)(places[6 * n + which] * (most - least));
