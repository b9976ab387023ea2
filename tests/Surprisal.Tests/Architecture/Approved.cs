namespace Surprisal.Tests.Architecture;

/// <summary>Committed texts that the tests can write: SURPRISAL_APPROVE=1 writes them, otherwise they must be what the tests would write.</summary>
internal static class Approved
{
    private const string Switch = "SURPRISAL_APPROVE";

    public static void Check(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Repository.FullPath(path))!);
            File.WriteAllText(Repository.FullPath(path), actual);
        }
        var approved = Repository.Exists(path) ? Repository.Read(path) : "";
        if (actual == approved) return;

        var file = Path.Combine(Directory.CreateTempSubdirectory("surprisal-approved-").FullName, Path.GetFileName(path));
        File.WriteAllText(file, actual);
        string[] before = approved.Split('\n'), after = actual.Split('\n');
        Assert.Fail(
            $"{path} is not what the tests write; the actual text is in {file}. If the change is meant, run the tests once with {Switch}=1 and commit.\n" +
            string.Join('\n', before.Except(after, StringComparer.Ordinal)
                .Select(static line => "- " + line)
                .Concat(after.Except(before, StringComparer.Ordinal).Select(static line => "+ " + line))));
    }
}
