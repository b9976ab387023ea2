using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Surprisal.Tests;

/// <summary>C# compiled against the library, as its users compile it.</summary>
internal static class Compilation
{
    private static readonly IReadOnlyList<MetadataReference> references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The compiler's errors.</summary>
    public static IReadOnlyList<string> Errors(string code, bool isProgram = false) => Compile(code, isProgram).Errors;

    /// <summary>A library's assembly; null with the compiler's errors where it is none.</summary>
    public static (Assembly? Assembly, IReadOnlyList<string> Errors) Compile(string code, bool isProgram = false)
    {
        var compilation = CSharpCompilation.Create("compiled", [CSharpSyntaxTree.ParseText(code)], references, new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        return result.Success ? (isProgram ? null : Assembly.Load(bytes.ToArray()), []) : (null,
        [
            .. result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(static diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"),
        ]);
    }
}
