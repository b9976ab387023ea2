namespace Surprisal;

/// <summary>Questions about element types: floating point, 16 bits, PyTorch's name.</summary>
internal static class ElementTypes
{
    extension(Type type)
    {
        public bool IsFloatingPoint => type == typeof(float) || type == typeof(double) || type.Is16Bit;

        /// <summary>Whether the type stores numbers in 16 bits, which float computes with.</summary>
        public bool Is16Bit => type == typeof(Half) || type == typeof(BFloat16);

        /// <summary>Whether tensors hold the type: what is computed with, and the integers of 8 to 64 bits.</summary>
        public bool IsHeldByTensors => type.IsFloatingPoint || type == typeof(byte) || type == typeof(sbyte) || type == typeof(short)
            || type == typeof(ushort) || type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong);

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
            TypeCode.UInt16 => "uint16",
            TypeCode.UInt32 => "uint32",
            TypeCode.UInt64 => "uint64",
            _ => type == typeof(Half) ? "float16" : type == typeof(BFloat16) ? "bfloat16" : type.Name,
        };

        /// <summary>Refuses numbers that losses and functions do not compute with.</summary>
        /// <exception cref="NotSupportedException">Not float, double, Half or BFloat16.</exception>
        public void CheckFloatingPoint(string holder, string computer)
        {
            if (!type.IsFloatingPoint)
                throw new NotSupportedException(
                    $"the {holder} hold {type.Name}; {computer} compute with float, double, Half and BFloat16.");
        }

        /// <summary>Refuses numbers that no tensor holds.</summary>
        /// <exception cref="NotSupportedException">Another type.</exception>
        public void CheckHeldByTensors()
        {
            if (!type.IsHeldByTensors)
                throw new NotSupportedException($"a tensor of {type.Name} cannot be made; tensors hold float, double, Half, BFloat16 and " +
                    "the integers of 8 to 64 bits: sbyte, short, int, long, byte, ushort, uint and ulong.");
        }

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
