namespace Surprisal;

/// <summary>What the house knows about element types.</summary>
internal static class ElementTypes
{
    extension(Type type)
    {
        public bool IsFloatingPoint => type == typeof(float) || type == typeof(double) || type.Is16Bit;

        /// <summary>Whether the type only stores numbers, 16 bits each, and float computes with them.</summary>
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

        /// <summary>Refuses a narrow type where nothing widens it.</summary>
        /// <exception cref="NotSupportedException">The type is narrow.</exception>
        public void CheckComputes()
        {
            if (type.Is16Bit) throw new NotSupportedException($"{type.TorchName} images are not computed with: no convolution and no pooling; To<float>() computes with them.");
        }
    }
}
