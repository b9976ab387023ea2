using System.Text.RegularExpressions;

namespace Surprisal.Tests.House;

/// <summary>Which room may mention which, and where a file does more than it may.</summary>
internal sealed partial class Arrows
{
    /// <summary>Each room with what it may mention besides itself.</summary>
    private static readonly Dictionary<string, string[]> permitted = new(StringComparer.Ordinal)
    {
        ["Kernels"] = [],
        ["ElementTypes"] = [],
        ["Shapes"] = ["Kernels"],
        ["Losses"] = ["Kernels", "ElementTypes", "Shapes"],
        ["Autograd"] = ["Kernels", "ElementTypes", "Shapes"],
        ["Formats"] = ["ElementTypes", "Shapes", "Autograd"],
        ["Modules"] = ["Kernels", "ElementTypes", "Shapes", "Losses", "Autograd"],
        ["Training"] = ["Kernels", "ElementTypes", "Shapes", "Losses", "Autograd", "Formats", "Modules"],
    };

    /// <summary>The only files of Autograd that know losses, or the units they are measured in.</summary>
    private static readonly string[] bridges = ["LossExtensions", "Functional", "TensorInformation"];

    private readonly ILookup<string, string> types, nested, members;

    public Arrows(IReadOnlyCollection<SourceFile> library)
    {
        types = library.SelectMany(static file => file.TopTypes.Select(type => (file.Room, type))).Distinct()
            .ToLookup(static pair => pair.Room, static pair => pair.type, StringComparer.Ordinal);
        nested = library.SelectMany(static file => file.Types.Where(static type => !type.IsTop).Select(type => (file.Room, type.Name))).Distinct()
            .ToLookup(static pair => pair.Room, static pair => pair.Name, StringComparer.Ordinal);
        members = library.SelectMany(static file => file.Members.Select(member => (file.Room, member))).Distinct()
            .ToLookup(static pair => pair.Room, static pair => pair.member, StringComparer.Ordinal);
    }

    public static IReadOnlyCollection<string> Rooms => permitted.Keys;

    public static string NamespaceOf(string room) =>
        room is "ElementTypes" or "Shapes" or "Losses" or "Autograd" or "Formats" ? "Surprisal" : $"Surprisal.{room}";

    /// <summary>The names of a room's top-level types.</summary>
    public IEnumerable<string> TypesOf(string room) => types[room];

    /// <summary>What <paramref name="file"/> mentions of the rooms that it must not know, with line numbers.</summary>
    public IEnumerable<string> Broken(SourceFile file)
    {
        string[] known = [file.Room, .. permitted[file.Room],
            .. file.Room == "Autograd" && bridges.Contains(file.Name.Split('.')[0], StringComparer.Ordinal) ? ["Losses"] : Array.Empty<string>()];
        var ownTypes = known.SelectMany(room => types[room].Concat(nested[room])).ToHashSet(StringComparer.Ordinal);
        var ownMembers = known.SelectMany(room => members[room]).ToHashSet(StringComparer.Ordinal);
        foreach (var room in permitted.Keys.Except(known, StringComparer.Ordinal))
            foreach (Match match in WordPattern().Matches(file.Code))
            {
                var word = match.Value;
                var before = file.Code.AsSpan(0, match.Index).TrimEnd();
                // Of rooms with a namespace of their own nothing can be named without naming it.
                var isRoom = word == room && NamespaceOf(room) != "Surprisal"
                    && (before.EndsWith("Surprisal.") || (!before.EndsWith(".") && file.Code.AsSpan(match.Index + match.Length).StartsWith(".")));
                var isType = types[room].Contains(word, StringComparer.Ordinal) && !ownTypes.Contains(word) && IsType(before, ownMembers.Contains(word));
                if (isRoom || isType)
                    yield return $"{file.Path}:{file.Line(match.Index)} mentions {word} of {room}; " +
                        $"{file.Room} may mention {(permitted[file.Room].Length == 0 ? "no other room" : string.Join(", ", permitted[file.Room]))}.";
            }
    }

    /// <summary>A name that is a member's too counts only where no member can stand.</summary>
    private static bool IsType(ReadOnlySpan<char> before, bool isMember) =>
        isMember || before.EndsWith(".") ? before.EndsWith(" new") || before.EndsWith("typeof(") || before.EndsWith("Surprisal.") : true;

    [GeneratedRegex(@"\b[A-Z]\w*\b", RegexOptions.None, 5000)]
    private static partial Regex WordPattern();
}
