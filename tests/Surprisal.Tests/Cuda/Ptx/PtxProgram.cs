using System.Globalization;
using System.Text.RegularExpressions;

namespace Surprisal.Tests.Cuda;

/// <summary>Reads the text that the driver would get. What it does not know, it refuses.</summary>
internal sealed partial class PtxProgram
{
    private static readonly string[] specials = ["%tid.x", "%ctaid.x", "%nctaid.x"],
        clusterSpecials = ["%clusterid.x", "%cluster_ctarank", "%cluster_nctarank"];

    private readonly Dictionary<string, (string Type, int Count)> registers = new(StringComparer.Ordinal);
    private PtxEntry? entry;
    private int line;

    public PtxProgram(string text)
    {
        foreach (var source in text.Split('\n'))
        {
            line++;
            var code = source.Trim();
            if (code.Length > 0) Read(code);
        }
        if (entry is not null) throw Wrong("the last entry has no end");
    }

    public string Version { get; private set; } = "";

    public string Target { get; private set; } = "";

    public Dictionary<string, PtxEntry> Entries { get; } = new(StringComparer.Ordinal);

    private void Read(string code)
    {
        if (code is "(" or ")" or "{" or ".address_size 64" || code.StartsWith(".extern .shared", StringComparison.Ordinal)) return;
        if (code.StartsWith(".version ", StringComparison.Ordinal)) Version = code[9..];
        else if (code.StartsWith(".target ", StringComparison.Ordinal)) Target = code[8..];
        else if (code.StartsWith(".visible .entry ", StringComparison.Ordinal)) entry = new(code[16..].TrimEnd('('));
        else if (entry is null) throw Wrong($"{code} is outside of an entry");
        else if (ParameterPattern().Match(code) is { Success: true } parameter)
            entry.Parameters.Add((parameter.Groups["name"].Value, SizeOf(parameter.Groups["type"].Value)));
        else if (code.StartsWith(".maxntid ", StringComparison.Ordinal)) entry.MaxThreads = int.Parse(code[9..].Split(',')[0], CultureInfo.InvariantCulture);
        else if (code.StartsWith(".minnctapersm ", StringComparison.Ordinal)) entry.BlocksPerProcessor = int.Parse(code[14..], CultureInfo.InvariantCulture);
        else if (RegisterPattern().Match(code) is { Success: true } register)
            registers[register.Groups["prefix"].Value] =
                (register.Groups["type"].Value, int.Parse(register.Groups["count"].Value, CultureInfo.InvariantCulture));
        else if (SharedPattern().Match(code) is { Success: true } shared)
        {
            var (name, bytes) = (shared.Groups["name"].Value, int.Parse(shared.Groups["bytes"].Value, CultureInfo.InvariantCulture));
            (entry.Shared[name], entry.SharedSizes[name]) = (entry.SharedBytes, bytes);
            entry.SharedBytes += (bytes + 15) / 16 * 16;
        }
        else if (code == "}") Finish(entry);
        else if (code.EndsWith(':')) entry.Labels.Add(code[..^1], entry.Instructions.Count);
        else if (code.EndsWith(';')) entry.Instructions.Add(Instruction(entry, code[..^1]));
        else throw Wrong($"{code} is not understood");
    }

    private void Finish(PtxEntry done)
    {
        done.Shared["dynamic"] = done.SharedBytes;
        foreach (var instruction in done.Instructions)
            if (instruction.Kind == PtxKind.Branch)
                instruction.Target = done.Labels.TryGetValue(instruction.Name, out var at) ? at : throw Wrong($"no label {instruction.Name}");
        Entries.Add(done.Name, done);
        registers.Clear();
        entry = null;
    }

    private PtxInstruction Instruction(PtxEntry to, string code)
    {
        var (guard, negated) = (-1, false);
        if (code[0] == '@')
        {
            var space = code.IndexOf(' ', StringComparison.Ordinal);
            negated = code[1] == '!';
            guard = Place(to, code[(negated ? 2 : 1)..space], "pred");
            code = code[(space + 1)..];
        }
        var end = code.IndexOf(' ', StringComparison.Ordinal);
        var opcode = end < 0 ? code : code[..end];
        string[] operands = end < 0 ? [] : [.. OperandPattern().Matches(code[end..]).Select(static match => match.Value)];
        return Decode(to, opcode, operands) with { Guard = guard, IsGuardNegated = negated };
    }

    private PtxInstruction Decode(PtxEntry to, string opcode, string[] operands)
    {
        var type = opcode[(opcode.LastIndexOf('.') + 1)..];
        PtxInstruction New(PtxKind kind) => new(opcode, kind, line);
        if (opcode == "ret") return New(PtxKind.Return);
        if (opcode == "bra") return New(PtxKind.Branch) with { Name = operands[0] };
        if (opcode == "bar.sync") return New(PtxKind.Barrier);
        if (opcode.Contains("cluster", StringComparison.Ordinal) || operands.Length > 1 && clusterSpecials.Contains(operands[1], StringComparer.Ordinal))
            CheckClusters(opcode);
        if (opcode == "barrier.cluster.arrive") return New(PtxKind.ArriveInCluster);
        if (opcode == "barrier.cluster.wait") return New(PtxKind.AwaitCluster);
        if (opcode == "mapa.shared::cluster.u32")
            return New(PtxKind.MapAddress) with { To = [Place(to, operands[0], type)], From = [Place(to, operands[1], "u32"), Place(to, operands[2], "u32")] };
        if (opcode.StartsWith("ld.param.", StringComparison.Ordinal))
            return New(PtxKind.LoadParameter) with { To = [Place(to, operands[0], type)], Name = operands[1].Trim('[', ']'), Size = SizeOf(type) };
        if (opcode is "shfl.sync.bfly.b32" or "shfl.sync.idx.b32")
            return New(PtxKind.Shuffle) with { To = [Place(to, operands[0], type)], From = [.. operands[1..].Select(operand => Place(to, operand, "b32"))] };
        if (opcode is "ld.global.v4.f32" or "ld.global.v4.u32" || SimpleMemoryPattern().IsMatch(opcode)) return Memory(to, opcode, type, operands);
        if (opcode == "mov.u32" && (specials.Contains(operands[1], StringComparer.Ordinal) || clusterSpecials.Contains(operands[1], StringComparer.Ordinal)))
            return New(PtxKind.Special) with { To = [Place(to, operands[0], type)], Name = operands[1] };
        if (opcode == "mov.u32" && operands[1][0] is not '%' && !char.IsAsciiDigit(operands[1][0]))
            return New(PtxKind.Special) with { To = [Place(to, operands[0], type)], Name = operands[1] };
        if (opcode == "mov.b64" && operands[0][0] == '{')
            return New(PtxKind.Unpack) with { To = [.. List(operands[0]).Select(name => Place(to, name, "b32"))], From = [Place(to, operands[1], "b64")] };
        if (opcode == "mov.b64" && operands[1][0] == '{')
            return New(PtxKind.Pack) with { To = [Place(to, operands[0], "b64")], From = [.. List(operands[1]).Select(name => Place(to, name, "b32"))] };
        if (!PtxArithmetic.Functions.TryGetValue(opcode, out var function)) throw Wrong($"{opcode} is not in the list of instructions");
        return New(PtxKind.Compute) with { To = [Place(to, operands[0], PtxTypes.OfResult(opcode))], Function = function,
            From = [.. operands[1..].Select((operand, i) => Place(to, operand, PtxTypes.OfOperand(opcode, i)))] };
    }

    private PtxInstruction Memory(PtxEntry to, string opcode, string type, string[] operands)
    {
        var isLoad = opcode[0] == 'l';
        var (address, value) = isLoad ? (operands[1], operands[0]) : (operands[0], operands[1]);
        var parts = address.Trim('[', ']').Split('+');
        var isOfCluster = opcode.Contains(".shared::cluster.", StringComparison.Ordinal);
        var isShared = isOfCluster || opcode.Contains(".shared.", StringComparison.Ordinal);
        int[] values = [.. List(value).Select(name => Place(to, name, name[0] == '%' ? "any" : type))];
        int[] from = [Place(to, parts[0], isShared ? "u32" : "u64")];
        return new PtxInstruction(opcode, isLoad ? PtxKind.Load : opcode[0] == 's' ? PtxKind.Store : PtxKind.Reduce, line)
        {
            To = isLoad ? values : [], From = isLoad ? from : [.. from, .. values], Size = SizeOf(type), IsSigned = type[0] == 's',
            IsShared = isShared, IsOfCluster = isOfCluster,
            Target = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
        };
    }

    /// <summary>Older headers do not know clusters.</summary>
    private void CheckClusters(string opcode)
    {
        if (string.CompareOrdinal(Version, "7.8") < 0 || !Target.StartsWith("sm_9", StringComparison.Ordinal))
            throw Wrong($"{opcode} needs PTX 7.8 and sm_90, where the header says {Version} and {Target}");
    }

    private static string[] List(string operand) => operand.Trim('{', '}').Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The place of a register or constant, whose declared type has to fit.</summary>
    private int Place(PtxEntry to, string name, string type)
    {
        if (name[0] == '%')
        {
            var digits = name.AsSpan().IndexOfAnyInRange('0', '9');
            var (prefix, number) = (name[1..digits], int.Parse(name.AsSpan(digits), CultureInfo.InvariantCulture));
            if (!registers.TryGetValue(prefix, out var declared) || number >= declared.Count) throw Wrong($"{name} is not declared");
            if (!PtxTypes.Fits(declared.Type, type)) throw Wrong($"{name} is {declared.Type}, where {type} is meant");
        }
        if (to.Places.TryGetValue(name + (name[0] == '%' ? "" : type), out var place)) return place;
        place = to.Places.Count;
        to.Places.Add(name + (name[0] == '%' ? "" : type), place);
        if (name[0] != '%') to.Constants.Add((place, PtxTypes.Constant(name, type)));
        return place;
    }

    private static int SizeOf(string type) => int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture) / 8;

    private FormatException Wrong(string what) => new($"line {line}: {what}.");

    [GeneratedRegex(@"^\.param \.(?<type>\w+) (?<name>\w+),?$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"^\.reg \.(?<type>\w+) %(?<prefix>[a-z]+)<(?<count>\d+)>;$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RegisterPattern();

    [GeneratedRegex(@"^\.shared \.align 16 \.b8 (?<name>\w+)\[(?<bytes>\d+)\];$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SharedPattern();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|[^\s,]+", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex OperandPattern();

    [GeneratedRegex(@"^(ld\.(global|shared|shared::cluster)\.([bsu](8|16|32|64)|f32|f64)|ld\.shared\.v(2\.f64|4\.f32)|" +
        @"st\.((global|shared)(\.v4)?)\.([bsu](16|32|64)|f32|f64)|red\.global\.((add|min)\.u64|add\.f64))$",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SimpleMemoryPattern();
}
