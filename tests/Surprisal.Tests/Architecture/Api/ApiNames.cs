using System.Reflection;
using System.Runtime.CompilerServices;

namespace Surprisal.Tests.Architecture;

/// <summary>Types as C# spells them: keywords, nullability, tuples with names, constraints.</summary>
internal static class ApiNames
{
    private static readonly NullabilityInfoContext nullability = new();

    private static readonly Dictionary<Type, string> keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint", [typeof(float)] = "float",
        [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Spell(type, null, new());

    public static string Of(FieldInfo field) => Spell(field.FieldType, nullability.Create(field), TupleNames(field));

    public static string Of(PropertyInfo property) => Reference(property.PropertyType, property.GetMethod?.ReturnParameter)
        + Spell(property.PropertyType, nullability.Create(property), TupleNames(property));

    public static string Of(ParameterInfo parameter) =>
        (parameter.Position < 0 ? Reference(parameter.ParameterType, parameter) : "")
        + Spell(parameter.ParameterType, nullability.Create(parameter), new(parameter.GetCustomAttribute<TupleElementNamesAttribute>()?.TransformNames ?? []));

    public static string Arguments(IReadOnlyCollection<Type> generic) =>
        generic.Count == 0 ? "" : $"<{string.Join(", ", generic.Select(static type => type.Name))}>";

    public static string Constraints(IEnumerable<Type> generic) =>
        string.Concat(generic.Where(static type => type.IsGenericParameter).Select(static type => (type.Name, List: Constraints(type).ToList()))
            .Where(static pair => pair.List.Count > 0).Select(static pair => $" where {pair.Name} : {string.Join(", ", pair.List)}"));

    private static IEnumerable<string> Constraints(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var value = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (parameter.CustomAttributes.Any(static attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute")) yield return "unmanaged";
        else if (value) yield return "struct";
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) yield return "class";
        foreach (var name in parameter.GetGenericParameterConstraints().Where(static type => type != typeof(ValueType)).Select(Of)
            .Order(StringComparer.Ordinal))
            yield return name;
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !value) yield return "new()";
        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike)) yield return "allows ref struct";
    }

    /// <summary>The spelling; names of tuple elements are taken in the order of the compiler's list: outer tuples first.</summary>
    private static string Spell(Type type, NullabilityInfo? state, Queue<string?> tupleNames)
    {
        if (type.IsByRef) return Spell(type.GetElementType()!, state?.ElementType ?? state, tupleNames);
        if (type.IsPointer) return Spell(type.GetElementType()!, null, tupleNames) + "*";
        var mark = state?.ReadState == NullabilityState.Nullable && !type.IsValueType && !HasStructConstraint(type) ? "?" : "";
        if (type.IsArray) return $"{Spell(type.GetElementType()!, state?.ElementType, tupleNames)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (keywords.TryGetValue(type, out var keyword)) return keyword + mark;
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Spell(underlying, Argument(state, 0), tupleNames) + "?";
        if (!type.IsGenericType) return Outer(type) + type.Name + mark;
        var arguments = type.GetGenericArguments();
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true || type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            var names = arguments.Select(_ => tupleNames.TryDequeue(out var name) && name is not null ? $" {name}" : "").ToList();
            return $"({string.Join(", ", arguments.Select((argument, i) => Spell(argument, Argument(state, i), tupleNames) + names[i]))})";
        }
        return $"{Outer(type)}{type.Name.Split('`')[0]}<" +
            $"{string.Join(", ", arguments.Select((argument, i) => Spell(argument, Argument(state, i), tupleNames)))}>{mark}";
    }

    private static NullabilityInfo? Argument(NullabilityInfo? state, int index) =>
        state is not null && index < state.GenericTypeArguments.Length ? state.GenericTypeArguments[index] : null;

    private static bool HasStructConstraint(Type type) =>
        type.IsGenericParameter && type.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);

    private static string Outer(Type type) => type is { IsNested: true, IsGenericParameter: false } ? $"{type.DeclaringType!.Name.Split('`')[0]}." : "";

    private static string Reference(Type type, ParameterInfo? result) =>
        !type.IsByRef ? ""
        : result?.GetRequiredCustomModifiers().Length > 0 || result?.IsDefined(typeof(IsReadOnlyAttribute)) == true ? "ref readonly "
        : "ref ";

    private static Queue<string?> TupleNames(MemberInfo member) => new(member.GetCustomAttribute<TupleElementNamesAttribute>()?.TransformNames ?? []);
}
