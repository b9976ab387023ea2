namespace Surprisal;

/// <summary>Questions about element types: floating point, 16 bits, PyTorch's name.</summary>
internal static class ElementTypes
{
    extension(Type type)
    {
        public bool IsFloatingPoint => type == typeof(float) || type == typeof(double) || type.Is16Bit;

        /// <summary>Whether the type stores numbers in 16 bits, which float computes with.</summary>
        public bool Is16Bit => type == typeof(Half) || type == typeof(BFloat16);

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
            _ => type == typeof(Half) ? "float16" : type == typeof(BFloat16) ? "bfloat16" : type.Name,
        };

        /// <summary>Refuses a 16-bit type in operations that have no conversion to float.</summary>
        /// <exception cref="NotSupportedException">The type has 16 bits.</exception>
        public void CheckNot16Bit()
        {
            if (type.Is16Bit)
                throw new NotSupportedException(
                    $"{type.TorchName} images are not computed with: no convolution and no pooling; To<float>() computes with them.");
        }
    }
}
