namespace Surprisal;

/// <summary>What the house knows about element types.</summary>
internal static class ElementTypes
{
    extension(Type type)
    {
        public bool IsFloatingPoint => type == typeof(float) || type == typeof(double) || type == typeof(Half);

        /// <summary>PyTorch's name of the type.</summary>
        public string TorchName => Type.GetTypeCode(type) switch
        {
            TypeCode.Single => "float32",
            TypeCode.Double => "float64",
            TypeCode.Byte => "uint8",
            TypeCode.SByte => "int8",
            TypeCode.Int16 => "int16",
            TypeCode.Int32 => "int32",
            TypeCode.Int64 => "int64",
            _ => type == typeof(Half) ? "float16" : type.Name,
        };
    }
}
