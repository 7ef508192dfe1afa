/// The types of GGUF metadata, with the numbers that stand in the file.
/// Source: the GGUF specification, version 3 (ggml, docs/gguf.md).
package enum GGUFValueType: UInt32, Sendable, CaseIterable {
    case uint8 = 0
    case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of one value; nil for strings and arrays.
    var fixedBytes: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }

    /// The least that one value takes in a file: an empty string is its length, an empty array its header.
    var minimumBytes: Int {
        switch self {
        case .string: 8
        case .array: 12
        default: fixedBytes ?? 1
        }
    }
}
