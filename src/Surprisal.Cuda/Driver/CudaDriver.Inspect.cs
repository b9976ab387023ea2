using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Surprisal.Cuda;

/// <content>What a card is, and what its compiler makes of a text.</content>
internal sealed unsafe partial class CudaDriver
{
    private const int LocalBytes = 3, Registers = 4; // of a function

    /// <summary>The card's name.</summary>
    public string Name => context.Name;

    /// <summary>The newest CUDA that the driver knows.</summary>
    public string Version
    {
        get
        {
            int version = 0;
            library.DriverGetVersion(&version);
            return $"CUDA {version / 1000}.{version % 1000 / 10}";
        }
    }

    /// <summary>The bytes that are free on the card.</summary>
    public long FreeBytes
    {
        get
        {
            using var scope = context.Enter();
            nuint free = 0, total = 0;
            context.Check(library.MemoryInfo(&free, &total), "cuMemGetInfo");
            return (long)free;
        }
    }

    /// <summary>Compiles a text beside those that are loaded, and gives it back.</summary>
    /// <exception cref="CudaException">The text is refused.</exception>
    public ModuleReport Inspect(PtxModule module)
    {
        using var scope = context.Enter();
        var said = new byte[64 * LogSize];
        var start = Stopwatch.GetTimestamp();
        var loaded = Load(module, said);
        try
        {
            var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var kernels = new List<(string, int, int)>();
            foreach (var kernel in module.Entries)
            {
                var function = Function(loaded, kernel);
                int registers, local;
                context.Check(library.FunctionGetAttribute(&registers, Registers, function), "cuFuncGetAttribute");
                context.Check(library.FunctionGetAttribute(&local, LocalBytes, function), "cuFuncGetAttribute");
                kernels.Add((kernel.Name, registers, local));
            }
            return new(time, Encoding.UTF8.GetString(said).TrimEnd('\0', '\n'), kernels);
        }
        finally
        {
            library.ModuleUnload(loaded);
        }
    }

    private nint Function(nint module, PtxKernel kernel)
    {
        nint function;
        fixed (byte* name = Encoding.UTF8.GetBytes(kernel.Name + "\0"))
            context.Check(library.ModuleGetFunction(&function, module, name), $"cuModuleGetFunction of {kernel.Name}");
        return function;
    }

    /// <summary>Has the driver compile a text; what its compiler says goes into the error, and on request into a buffer.</summary>
    private nint Load(PtxModule module, byte[]? said = null)
    {
        var log = stackalloc byte[LogSize];
        log[0] = 0;
        // the error log and its size as a pointer; the other log and its size, in detail
        var options = stackalloc int[5] { 5, 6, 3, 4, 12 };
        nint loaded;
        int code;
        fixed (byte* text = Encoding.UTF8.GetBytes(module.Text(Target) + "\0"), other = said)
        {
            var values = stackalloc void*[5] { log, (void*)LogSize, other, (void*)(said?.Length ?? 0), (void*)1 };
            code = library.ModuleLoad(&loaded, text, said is null ? 2U : 5, options, values);
        }
        if (code == 0) return loaded;
        var words = Marshal.PtrToStringUTF8((nint)log)!.ReplaceLineEndings(" ").Trim();
        var hint = code switch
        {
            221 => "the driver's compiler is missing; a container needs the capability compute",
            222 => "the text is newer than the driver",
            _ => words,
        };
        context.Check(code, $"cuModuleLoadDataEx of {module.Name} (PTX {Target.Version} for {Target}, driver of {Version}; {hint})");
        return 0;
    }
}
