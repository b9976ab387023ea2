using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Surprisal.Tests;

/// <summary>C# compiled against the library, as its users compile it.</summary>
internal static class Compilation
{
    // Programs see this type before the base library's: what one prints stays its own while others print.
    private const string Printed = """
        using System.Collections.Generic;

        internal static class Console
        {
            public static List<string> Lines { get; } = [];

            public static void WriteLine(object? value) => Lines.AddRange($"{value}".Split('\n'));
        }
        """;

    private static readonly IReadOnlyList<MetadataReference> references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The library as the compiler sees it.</summary>
    public static IAssemblySymbol Library { get; } = Create([], isProgram: false).SourceModule.ReferencedAssemblySymbols
        .Single(static assembly => assembly.Name == typeof(Tensor).Assembly.GetName().Name);

    /// <summary>The compiler's errors.</summary>
    public static IReadOnlyList<string> Errors(string code, bool isProgram = false) => Emit([code], isProgram).Errors;

    /// <summary>A library's assembly; null with the compiler's errors where it is none.</summary>
    public static (Assembly? Assembly, IReadOnlyList<string> Errors) Compile(string code) => Load([code], isProgram: false);

    /// <summary>The lines that a program prints with Console.WriteLine; and what it does not do, compile alone or run to its end.</summary>
    public static (IReadOnlyList<string> Lines, string? Error) Run(string program)
    {
        var (assembly, errors) = Load([program, Printed], isProgram: true);
        if (assembly is null) return ([], $"compile alone: {errors[0]}");
        try
        {
            assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Array.Empty<string>()], null);
        }
        catch (Exception error)
        {
            return ([], $"run: {error.GetType()}: {error.Message}");
        }
        return ((IReadOnlyList<string>)assembly.GetType("Console")!.GetProperty("Lines")!.GetValue(null)!, null);
    }

    private static (Assembly? Assembly, IReadOnlyList<string> Errors) Load(string[] files, bool isProgram)
    {
        var (bytes, errors) = Emit(files, isProgram);
        return (bytes is null ? null : Assembly.Load(bytes), errors);
    }

    private static (byte[]? Bytes, IReadOnlyList<string> Errors) Emit(string[] files, bool isProgram)
    {
        using var bytes = new MemoryStream();
        var result = Create(files, isProgram).Emit(bytes);
        return result.Success ? (bytes.ToArray(), []) : (null,
        [
            .. result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(static diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"),
        ]);
    }

    private static CSharpCompilation Create(string[] files, bool isProgram) =>
        CSharpCompilation.Create("compiled", files.Select(static file => CSharpSyntaxTree.ParseText(file)), references, new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
}
