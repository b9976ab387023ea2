using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Surprisal.Tests.Architecture;

/// <summary>An assembly's public types and members as sorted lines that read as C#.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static string Describe(Assembly assembly) =>
        Describe(assembly.GetExportedTypes().Where(static type => !type.FullName!.Contains('<', StringComparison.Ordinal)));

    public static string Describe(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (var group in types.GroupBy(static type => type.Namespace).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"namespace {group.Key}\n\n");
            foreach (var type in group.OrderBy(static type => ApiNames.Of(type), StringComparer.Ordinal))
            {
                text.Append($"public {Header(type)}\n");
                foreach (var line in Lines(type)) text.Append($"    {line}\n");
                text.Append('\n');
            }
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Header(Type type)
    {
        if (type.IsEnum) return $"enum {ApiNames.Of(type)}";
        if (type.IsSubclassOf(typeof(Delegate))) return "delegate " + ApiMembers.Method(type.GetMethod("Invoke")!, ApiNames.Of(type));
        var record = IsRecord(type);
        var kind = type.IsInterface ? "interface"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute), false) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "")
                + (record ? "record " : "") + "struct"
            : (type.IsAbstract ? type.IsSealed ? "static " : "abstract " : type.IsSealed ? "sealed " : "") + (record ? "record" : "class");
        var inherited = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [parent] : Type.EmptyTypes;
        var interfaces = type.GetInterfaces();
        var own = interfaces
            .Except(interfaces.SelectMany(static one => one.GetInterfaces())).Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(one => one.IsVisible && !(record && one == typeof(IEquatable<>).MakeGenericType(type)))
            .Select(static one => ApiNames.Of(one)).Order(StringComparer.Ordinal);
        var bases = inherited.Select(static one => ApiNames.Of(one)).Concat(own).ToList();
        return $"{kind} {ApiNames.Of(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{ApiNames.Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<string> Lines(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}");
        if (type.IsSubclassOf(typeof(Delegate))) return [];
        IEnumerable<IEnumerable<(string Name, string Line)>> kinds =
        [
            type.GetConstructors(Declared)
                .Where(member => IsSeen(member) && !IsCopy(type, member))
                .Select(static member => ("", Callable(member) + Protected(member) + ApiMembers.Constructor(member))),
            type.GetFields(Declared)
                .Where(static field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                .Select(static field => (field.Name, ApiMembers.Field(field))),
            type.GetProperties(Declared)
                .Where(static property => IsSeen(ApiMembers.Accessor(property)))
                .Select(static property => (property.Name, Protected(ApiMembers.Accessor(property)) + ApiMembers.Property(property))),
            Methods(type, static method => !method.Name.StartsWith("op_", StringComparison.Ordinal)),
            Methods(type, static method => method.Name.StartsWith("op_", StringComparison.Ordinal)),
        ];
        return kinds.SelectMany(static members =>
            members.OrderBy(static member => member.Name, StringComparer.Ordinal).ThenBy(static member => member.Line, StringComparer.Ordinal))
            .Select(static member => member.Line);
    }

    private static IEnumerable<(string Name, string Line)> Methods(Type type, Func<MethodInfo, bool> which) =>
        from method in type.GetMethods(Declared)
        where which(method) && IsSeen(method) && !IsGenerated(method) && !IsAccessor(type, method) && method.GetBaseDefinition().DeclaringType != typeof(object)
        select (method.Name, Callable(method) + Protected(method) + ApiMembers.Method(method));

    private static bool IsAccessor(Type type, MethodInfo method) =>
        method.IsSpecialName && type.GetProperties(Declared).Any(property => property.GetMethod == method || property.SetMethod == method);

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$", Declared) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null);

    private static bool IsCopy(Type type, ConstructorInfo constructor) =>
        IsRecord(type) && constructor.GetParameters() is [var only] && only.ParameterType == type;

    private static bool IsGenerated(MethodInfo method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute), false) || method.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsSeen(MethodBase member) => member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly;

    /// <summary>Marks what the compiler refuses to call, with advice.</summary>
    private static string Callable(MethodBase method) => method.GetCustomAttribute<ObsoleteAttribute>()?.IsError == true ? "[advice] " : "";

    private static string Protected(MethodBase member) => member.IsPublic ? "" : "protected ";
}
