using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string Target => Path.Combine(folder.FullName, "file");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Creates_and_replaces()
    {
        AtomicFile.Write(Target, stream => stream.Write("first, and longer"u8));
        AtomicFile.Write(Target, stream => stream.Write("second"u8));
        Assert.Equal("second", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void Nobody_sees_a_half_written_file()
    {
        File.WriteAllText(Target, "old");
        AtomicFile.Write(Target, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(Target));
        });
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_the_old_file_alone()
    {
        File.WriteAllText(Target, "old");
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half of the new"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Equal($"{Target} could not be written: No space left on device", error.Message);
        AssertOnlyTheOldFile();
    }

    [Fact]
    public void A_mistake_of_the_writer_is_not_called_a_disk_error()
    {
        File.WriteAllText(Target, "old");
        Assert.Throws<InvalidCastException>(() => AtomicFile.Write(Target, _ => throw new InvalidCastException()));
        AssertOnlyTheOldFile();
    }

    [Fact]
    public void A_really_full_disk_is_an_error_that_names_the_file()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("only Linux has /dev/full");
        File.WriteAllText(Target, "old");
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ =>
        {
            // Only opened for writing, never the target: a mistake in AtomicFile must not cost the machine its device.
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[100_000]);
        }));
        Assert.StartsWith($"{Target} could not be written: No space left on device", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        AssertOnlyTheOldFile();
    }

    [Fact]
    public void Devices_are_known_so_that_none_is_renamed_over()
    {
        if (!File.Exists("/dev/null")) Assert.Skip("there is no /dev/null on this machine");
        Assert.True(AtomicFile.IsDevice("/dev/null"));
        Assert.True(AtomicFile.IsDevice("/dev/../dev/null"));
        Assert.False(AtomicFile.IsDevice("/dev/shm/file"));
        Assert.False(AtomicFile.IsDevice(Target));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_way_are_errors_that_name_the_file()
    {
        var inside = Path.Combine(folder.FullName, "missing", "file");
        Assert.StartsWith($"{inside} could not be written: ", Assert.Throws<IOException>(() => AtomicFile.Write(inside, _ => { })).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(Target);
        Assert.StartsWith($"{Target} could not be written: ", Assert.Throws<IOException>(() => AtomicFile.Write(Target, _ => { })).Message,
            StringComparison.Ordinal);
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void A_folder_without_permission_is_an_error_that_names_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            if (CanCreate()) Assert.Skip("this user may write everywhere, as root may");
            var error = Assert.Throws<IOException>(() => AtomicFile.Write(Target, stream => stream.Write("new"u8)));
            Assert.StartsWith($"{Target} could not be written: ", error.Message, StringComparison.Ordinal);
            AssertOnlyTheOldFile();
        }
        finally
        {
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private bool CanCreate()
    {
        try { File.WriteAllText(Path.Combine(folder.FullName, "probe"), ""); }
        catch (UnauthorizedAccessException) { return false; }
        return true;
    }

    private void AssertOnlyTheOldFile()
    {
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.FullName));
    }
}
