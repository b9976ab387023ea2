using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

/// <summary>Which layer may mention which, and where a file does more than it may.</summary>
internal sealed partial class DependencyRules
{
    /// <summary>Each layer with what it may mention besides itself.</summary>
    private static readonly Dictionary<string, string[]> permitted = new(StringComparer.Ordinal)
    {
        ["Kernels"] = [],
        ["ElementTypes"] = [],
        ["Shapes"] = ["Kernels"],
        ["Losses"] = ["Kernels", "ElementTypes", "Shapes"],
        ["Autograd"] = ["Kernels", "ElementTypes", "Shapes"],
        ["Formats"] = ["ElementTypes", "Shapes", "Autograd"],
        ["Modules"] = ["Kernels", "ElementTypes", "Shapes", "Losses", "Autograd", "Formats"],
        ["Onnx"] = ["Kernels", "ElementTypes", "Shapes", "Autograd", "Formats", "Modules"],
        ["Metrics"] = ["Kernels", "ElementTypes", "Shapes", "Losses"],
        ["Training"] = ["Kernels", "ElementTypes", "Shapes", "Losses", "Autograd", "Formats", "Modules", "Metrics"],
    };

    /// <summary>The only files of Autograd that know losses, or the units they are measured in.</summary>
    private static readonly string[] lossFiles = ["LossExtensions", "Functional", "TensorInformation", "TensorOfT.Weights.cs"];

    private readonly ILookup<string, string> types, nested, members;

    public DependencyRules(IReadOnlyCollection<SourceFile> library)
    {
        types = library.SelectMany(static file => file.TopTypes.Select(type => (file.Layer, type))).Distinct()
            .ToLookup(static pair => pair.Layer, static pair => pair.type, StringComparer.Ordinal);
        nested = library.SelectMany(static file => file.Types.Where(static type => !type.IsTop).Select(type => (file.Layer, type.Name))).Distinct()
            .ToLookup(static pair => pair.Layer, static pair => pair.Name, StringComparer.Ordinal);
        members = library.SelectMany(static file => file.Members.Select(member => (file.Layer, member))).Distinct()
            .ToLookup(static pair => pair.Layer, static pair => pair.member, StringComparer.Ordinal);
    }

    public static IReadOnlyCollection<string> Layers => permitted.Keys;

    public static string NamespaceOf(string layer) =>
        layer is "ElementTypes" or "Shapes" or "Losses" or "Autograd" or "Formats" ? "Surprisal" : $"Surprisal.{layer}";

    /// <summary>The names of a layer's top-level types.</summary>
    public IEnumerable<string> TypesOf(string layer) => types[layer];

    /// <summary>What <paramref name="file"/> mentions of the layers that it must not know, with line numbers.</summary>
    public IEnumerable<string> Broken(SourceFile file)
    {
        string[] known = [file.Layer, .. permitted[file.Layer],
            .. file.Layer == "Autograd" && lossFiles.Any(name => name == file.Name || name == file.Name.Split('.')[0]) ? ["Losses"] : Array.Empty<string>()];
        var ownTypes = known.SelectMany(layer => types[layer].Concat(nested[layer])).ToHashSet(StringComparer.Ordinal);
        var ownMembers = known.SelectMany(layer => members[layer]).ToHashSet(StringComparer.Ordinal);
        foreach (var layer in permitted.Keys.Except(known, StringComparer.Ordinal))
            foreach (Match match in WordPattern().Matches(file.Code))
            {
                var word = match.Value;
                var before = file.Code.AsSpan(0, match.Index).TrimEnd();
                // Of layers with a namespace of their own nothing can be named without naming it.
                var isLayer = word == layer && NamespaceOf(layer) != "Surprisal"
                    && (before.EndsWith("Surprisal.") || (!before.EndsWith(".") && file.Code.AsSpan(match.Index + match.Length).StartsWith(".")));
                var isType = types[layer].Contains(word, StringComparer.Ordinal) && !ownTypes.Contains(word) && IsType(before, ownMembers.Contains(word));
                if (isLayer || isType)
                    yield return $"{file.Path}:{file.Line(match.Index)} mentions {word} of {layer}; " +
                        $"{file.Layer} may mention {(permitted[file.Layer].Length == 0 ? "no other layer" : string.Join(", ", permitted[file.Layer]))}.";
            }
    }

    /// <summary>A name that is a member's too counts only where no member can stand.</summary>
    private static bool IsType(ReadOnlySpan<char> before, bool isMember) =>
        isMember || before.EndsWith(".") ? before.EndsWith(" new") || before.EndsWith("typeof(") || before.EndsWith("Surprisal.") : true;

    [GeneratedRegex(@"\b[A-Z]\w*\b", RegexOptions.None, 5000)]
    private static partial Regex WordPattern();
}
