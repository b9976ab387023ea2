using System.Globalization;
using System.Text;

namespace Surprisal.Cuda;

/// <summary>Writes the body of one kernel: registers get names as they are asked for, and the same calls give the same text.</summary>
/// <param name="target">The header that the text will stand under.</param>
internal sealed partial class PtxWriter(PtxTarget target)
{
    /// <summary>Of each prefix the declared type.</summary>
    private static readonly (string Prefix, string Type)[] types =
        [("p", "pred"), ("h", "b16"), ("f", "f32"), ("d", "f64"), ("r", "b32"), ("s", "b32"), ("a", "b64"), ("l", "b64")];

    private readonly StringBuilder body = new();
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly List<string> shared = [];
    private readonly List<PtxParameter> parameters = [];
    private int labels;

    public PtxTarget Target { get; } = target;

    public IReadOnlyList<PtxParameter> Parameters => parameters;

    public string Register(string prefix)
    {
        var number = counts.GetValueOrDefault(prefix);
        counts[prefix] = number + 1;
        return string.Create(CultureInfo.InvariantCulture, $"%{prefix}{number}");
    }

    public void Line(string instruction) => body.Append('\t').Append(instruction).Append(";\n");

    public Whole<U32> Thread() => Special("tid.x");

    public Whole<U32> Block() => Special("ctaid.x");

    public Whole<U32> Blocks() => Special("nctaid.x");

    /// <summary>The next parameter of the kernel; all are asked for before anything else.</summary>
    public Whole<T> Parameter<T>(string name) where T : struct, IFormat => new(this, Parameter(name, T.Type, T.Prefix, T.Size));

    /// <summary>The next parameter, a number.</summary>
    public Real<T> Number<T>(string name) where T : struct, IRealFormat => new(this, Parameter(name, T.Type, T.Prefix, T.Size));

    /// <summary>The next parameter, an address in global memory, or 0.</summary>
    public Whole<U64> Address(string name) => Parameter<U64>(name);

    /// <summary>Memory of the block, at a 32-bit address.</summary>
    public Whole<U32> Shared(string name, int bytes)
    {
        shared.Add(string.Create(CultureInfo.InvariantCulture, $"\t.shared .align 16 .b8 {name}[{bytes}];\n"));
        return AddressOfShared(name);
    }

    /// <summary>The memory of the block whose size the launch gives.</summary>
    public Whole<U32> DynamicShared() => AddressOfShared(PtxModule.DynamicShared);

    /// <summary>A register that can be set again.</summary>
    public Real<T> Variable<T>(Real<T> value) where T : struct, IRealFormat
    {
        var to = Register(T.Prefix);
        Line($"mov.{T.Type} {to}, {value.Name}");
        return new(this, to);
    }

    /// <inheritdoc cref="Variable{T}(Real{T})"/>
    public Whole<T> Variable<T>(Whole<T> value) where T : struct, IFormat
    {
        var to = Register(T.Prefix);
        Line($"mov.{T.Bits} {to}, {value.Name}");
        return new(this, to);
    }

    public void Set<T>(Real<T> variable, Real<T> value) where T : struct, IRealFormat =>
        Line($"mov.{T.Type} {variable.Name}, {value.Name}");

    public void Set<T>(Whole<T> variable, Whole<T> value) where T : struct, IFormat => Line($"mov.{T.Bits} {variable.Name}, {value.Name}");

    /// <summary>The kernel's declarations and instructions, between its braces.</summary>
    public string Body()
    {
        var text = new StringBuilder();
        foreach (var (prefix, type) in types)
            if (counts.TryGetValue(prefix, out var count))
                text.Append(CultureInfo.InvariantCulture, $"\t.reg .{type} %{prefix}<{count}>;\n");
        foreach (var declaration in shared) text.Append(declaration);
        return text.Append(body).ToString();
    }

    private string Parameter(string name, string type, string prefix, int size)
    {
        parameters.Add(new(name, type, size));
        var to = Register(prefix);
        Line($"ld.param.{type} {to}, [{name}]");
        return to;
    }

    private Whole<U32> Special(string name)
    {
        var to = Register(U32.Prefix);
        Line($"mov.u32 {to}, %{name}");
        return new(this, to);
    }

    private Whole<U32> AddressOfShared(string name)
    {
        var to = Register(U32.Prefix);
        Line($"mov.u32 {to}, {name}");
        return new(this, to);
    }
}
