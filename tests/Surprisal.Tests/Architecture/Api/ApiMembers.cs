using System.Reflection;
using System.Runtime.CompilerServices;

namespace Surprisal.Tests.Architecture;

/// <summary>One member as a line of C#.</summary>
internal static class ApiMembers
{
    private static readonly Dictionary<string, string> operators = new(StringComparer.Ordinal)
    {
        ["op_Addition"] = "+", ["op_Subtraction"] = "-", ["op_Multiply"] = "*", ["op_Division"] = "/", ["op_Modulus"] = "%", ["op_UnaryNegation"] = "-",
        ["op_UnaryPlus"] = "+",
        ["op_AdditionAssignment"] = "+=", ["op_SubtractionAssignment"] = "-=", ["op_MultiplicationAssignment"] = "*=", ["op_DivisionAssignment"] = "/=",
        ["op_Equality"] = "==", ["op_Inequality"] = "!=", ["op_LessThan"] = "<", ["op_GreaterThan"] = ">", ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
    };

    public static string Constructor(ConstructorInfo constructor) => $"{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor)})";

    public static string Field(FieldInfo field) =>
        $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : ""))}" +
        $"{ApiNames.Of(field)} {field.Name}{(field.IsLiteral ? $" = {Value(field.GetRawConstantValue(), field.FieldType)}" : "")}";

    public static string Property(PropertyInfo property)
    {
        var accessors = (Seen(property.GetMethod) ? "get; " : "") + (Seen(property.SetMethod) ? IsInit(property.SetMethod!) ? "init; " : "set; " : "");
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var name = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{Parameters(Accessor(property), property.GetIndexParameters())}]";
        return $"{Modifiers(Accessor(property))}{required}{ApiNames.Of(property)} {name} {{ {accessors}}}";
    }

    /// <summary>The accessor that the most can see.</summary>
    public static MethodInfo Accessor(PropertyInfo property) => Seen(property.GetMethod) ? property.GetMethod! : property.SetMethod ?? property.GetMethod!;

    public static string Method(MethodInfo method) => Modifiers(method) + Method(method, null);

    /// <summary>Return type, name, parameters and constraints; <paramref name="name"/> instead of the method's own if given.</summary>
    public static string Method(MethodInfo method, string? name)
    {
        var generic = method.GetGenericArguments();
        var result = $"{ApiNames.Of(method.ReturnParameter)} ";
        if (method.Name is "op_Implicit" or "op_Explicit")
            (name, result) = ($"{(method.Name == "op_Implicit" ? "implicit" : "explicit")} operator {result.TrimEnd()}", "");
        name ??= operators.TryGetValue(method.Name, out var symbol) ? $"operator {symbol}" : method.Name;
        return $"{result}{name}{ApiNames.Arguments(generic)}({Parameters(method)}){ApiNames.Constraints(generic)}";
    }

    private static string Parameters(MethodBase method) => Parameters(method, method.GetParameters());

    private static string Parameters(MethodBase method, ParameterInfo[] parameters) =>
        (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passed = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out " : parameter.IsDefined(typeof(RequiresLocationAttribute)) ? "ref readonly " : parameter.IsIn ? "in " : "ref ";
        return $"{passed}{ApiNames.Of(parameter)} " +
            $"{parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue, parameter.ParameterType)}" : "")}";
    }

    private static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        _ when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        float number => $"{number:R}f",
        _ => Convert.ToString(value)!,
    };

    private static string Modifiers(MethodInfo method) => method.DeclaringType!.IsInterface ? method.IsStatic ? "static " : ""
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType.IsSealed ? "virtual " : "";

    private static bool Seen(MethodInfo? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
