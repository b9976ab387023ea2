using System.Globalization;

namespace Surprisal.Cuda;

/// <summary>A kernel: how it is launched, and the C# method that writes its body.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Threads">Of a block: a launch has exactly so many.</param>
/// <param name="BlocksPerProcessor">How many blocks are to fit on a multiprocessor at once, which bounds the registers.</param>
/// <param name="Write">Asks for the parameters first, then writes.</param>
internal sealed record PtxKernel(string Name, int Threads, int BlocksPerProcessor, Action<PtxWriter> Write)
{
    /// <summary>The most shared memory that a launch asks for; 0 where it asks for none.</summary>
    public int MaxSharedBytes { get; init; }

    /// <summary>Whether its blocks are launched in clusters.</summary>
    public bool IsClustered { get; init; }

    /// <summary>What a launch has to give, in this order.</summary>
    public IReadOnlyList<PtxParameter> Parameters => field ??= Written(PtxTarget.All[0]).Parameters;

    public string Text(PtxTarget target)
    {
        var writer = Written(target);
        var parameters = string.Join(",\n", writer.Parameters.Select(static parameter => $"\t.param .{parameter.Type} {parameter.Name}"));
        return string.Create(CultureInfo.InvariantCulture,
            $".visible .entry {Name}(\n{parameters}\n)\n.maxntid {Threads}, 1, 1\n.minnctapersm {BlocksPerProcessor}\n") +
            $"{{\n{writer.Body()}\tret;\n}}\n";
    }

    private PtxWriter Written(PtxTarget target)
    {
        var writer = new PtxWriter(target);
        Write(writer);
        return writer;
    }
}
