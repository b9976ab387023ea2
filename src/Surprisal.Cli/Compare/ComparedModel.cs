using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>One of the two models that are compared.</summary>
/// <param name="Letter">A or B.</param>
/// <param name="Path">The file of its evaluation.</param>
/// <param name="Evaluation">What is in it.</param>
internal sealed record ComparedModel(string Letter, string Path, EvaluationResult Evaluation)
{
    public ClassificationMetrics Metrics => Evaluation.Classes!;

    public ClassificationReport Report { get; } = Evaluation.Classes!.Report();

    /// <exception cref="InvalidDataException">No evaluation, or one of labels; the message names the file.</exception>
    public static ComparedModel Read(string letter, string path)
    {
        var evaluation = EvaluationJson.Read(path);
        return evaluation.Classes is not null ? new(letter, path, evaluation)
            : throw new InvalidDataException($"{path} is of several labels a row; models of one class a row are compared.");
    }

    /// <summary>
    /// Its files of rows, looked for among the given ones first and then where the evaluation says; null where it names none.
    /// </summary>
    /// <param name="given">By --rows; those that are taken go into <paramref name="taken"/>.</param>
    /// <param name="taken">Which of the given files belong to the model.</param>
    /// <exception cref="InvalidDataException">A file that is named is not there, or is another one than it was.</exception>
    public IReadOnlyList<RowsFile>? FindRows(IReadOnlyList<RowsFile> given, ISet<RowsFile> taken)
    {
        if (Evaluation.RowsFiles.Count == 0) return null;
        var found = new List<RowsFile>();
        foreach (var named in Evaluation.RowsFiles)
        {
            var file = given.FirstOrDefault(one => (one.FirstRow, one.Rows, one.Digest) == (named.FirstRow, named.Rows, named.Digest));
            if (file is not null) taken.Add(file);
            else if (!File.Exists(named.Path))
                throw new InvalidDataException($"{Path} names the rows {named.Path}, and there is no such file; --rows says where it is.");
            else file = RowsFile.Read(named.Path);
            if (file.Digest != named.Digest)
                throw new InvalidDataException($"{named.Path} has the digest {file.Digest}, but {Path} was written with {named.Digest}: " +
                    "it has been written again since.");
            found.Add(file);
        }
        return found;
    }
}
