namespace Surprisal.Training;

/// <summary>Loads a folder of four IDX files as MNIST, Fashion-MNIST and their relatives come.</summary>
public static class IdxFolder
{
    /// <summary>The images to train on and to test on, as bytes scaled to (byte / 255 - mean) / deviation.</summary>
    /// <remarks>
    /// <para>Reads train-images, train-labels, t10k-images and t10k-labels, named like <c>train-images-idx3-ubyte</c> or
    /// <c>train-images.idx3-ubyte</c>, plain or as .gz (the plain one if both are there). Images of shape [N, H, W] have one channel, those
    /// of shape [N, C, H, W] have C. The classes are named by the lines of <c>classes.txt</c> if the folder has one; else they are "0",
    /// "1", ... up to the greatest label of both files, each of which must occur.</para>
    /// <para>EMNIST's files have a name before these, <c>emnist-letters-train-images-idx3-ubyte</c>, and test in place of t10k. Its images
    /// lie
    /// on their side in the files (columns first) and are turned upright. Its classes are the characters of
    /// <c>emnist-letters-mapping.txt</c>, so that labels which begin at 1 are no gap. Labels may be of 16 or 32 bits too.</para>
    /// </remarks>
    /// <param name="folder">The folder with the four files.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="name">What stands before train-images, such as emnist-letters; default null: what the folder has, if it has
    /// one.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message lists what was expected.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, the files do not fit each other, there is only one class, or a label is no class; the message gives its place,
    /// counted from 0. Or the folder has several sets, and none was named.
    /// </exception>
    public static DatasetSplit Load(string folder, double mean = 0, double deviation = 1, string? name = null)
    {
        var files = IdxFiles.Find(folder, name);
        // The small files first, so that a wrong folder is refused at once.
        var (trainLabels, testLabels) = (IdxFiles.Labels(files.TrainLabels), IdxFiles.Labels(files.TestLabels));
        var classes = IdxClasses.Of(files, trainLabels, testLabels);
        var (train, test) = (IdxFiles.Images(files.TrainImages), IdxFiles.Images(files.TestImages));
        if (train.Shape[1..] != test.Shape[1..])
            throw new InvalidDataException($"{files.TestImages}: the images have shape {test.Shape[1..]}, " +
                $"but those of {Path.GetFileName(files.TrainImages)} have {train.Shape[1..]}; both need the same.");
        return new DatasetSplit
        {
            Train = Part(train, files.TrainImages, trainLabels, files.TrainLabels),
            Test = Part(test, files.TestImages, testLabels, files.TestLabels),
        };

        ImageDataset Part(IdxFile images, string imagePath, long[] labels, string labelPath)
        {
            if (images.Shape[0] != labels.Length)
                throw new InvalidDataException($"{imagePath}: there are {images.Shape[0]} images, " +
                    $"but {labels.Length} labels in {Path.GetFileName(labelPath)}; each image needs one label.");
            TensorShape shape = images.Shape.Rank == 4 ? images.Shape : [images.Shape[0], 1, images.Shape[1], images.Shape[2]];
            if (files.IsEmnist && shape[2] == shape[3]) Transpose(images.Data, shape[3]);
            return new ImageDataset(images.Data, shape, Array.ConvertAll(labels, label => classes.Target(label)), classes.Names)
            {
                Mean = mean, Deviation = deviation,
            };
        }
    }

    /// <summary>Exchanges rows and columns of square planes.</summary>
    private static void Transpose(byte[] planes, int side)
    {
        for (var plane = 0; plane < planes.Length; plane += side * side)
            for (var y = 0; y < side; y++)
                for (var x = 0; x < y; x++)
                {
                    var (lower, upper) = (plane + y * side + x, plane + x * side + y);
                    (planes[lower], planes[upper]) = (planes[upper], planes[lower]);
                }
    }
}
