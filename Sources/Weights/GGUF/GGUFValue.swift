/// One metadata value of a GGUF file.
package enum GGUFValue: Sendable, Equatable {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case float32(Float)
    case bool(Bool)
    /// Bytes that are not UTF-8 were replaced by U+FFFD.
    case string(String)
    case array(GGUFArray)
    case uint64(UInt64)
    case int64(Int64)
    case float64(Double)
}

extension GGUFValue {
    package var type: GGUFValueType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .float32: .float32
        case .bool: .bool
        case .string: .string
        case .array: .array
        case .uint64: .uint64
        case .int64: .int64
        case .float64: .float64
        }
    }

    /// The value of any integer type that fits.
    package var int: Int? {
        switch self {
        case .uint8(let value): Int(value)
        case .int8(let value): Int(value)
        case .uint16(let value): Int(value)
        case .int16(let value): Int(value)
        case .uint32(let value): Int(value)
        case .int32(let value): Int(value)
        case .uint64(let value): Int(exactly: value)
        case .int64(let value): Int(value)
        default: nil
        }
    }

    /// The value of any number type, rounded to a float.
    package var float: Float? {
        switch self {
        case .float32(let value): value
        case .float64(let value): Float(value)
        default: int.map(Float.init)
        }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var array: GGUFArray? {
        if case .array(let value) = self { value } else { nil }
    }

    /// What the value is, for a message; long ones are cut.
    var summary: String {
        switch self {
        case .string(let value): "the string \(quoted(value))"
        case .bool(let value): "\(value)"
        case .array(let value): "an array of \(value.count) \(value.elementType)"
        case .float32(let value): "\(value)"
        case .float64(let value): "\(value)"
        default: int.map(String.init) ?? "a number above \(Int.max)"
        }
    }
}
