extension GGUFParser {
    static func valueType(
        _ reader: inout ByteReader, _ field: @autoclosure () -> String
    ) throws(WeightsError) -> GGUFValueType {
        let byte = reader.offset
        let raw = try reader.read(UInt32.self, field())
        if let type = GGUFValueType(rawValue: raw) { return type }
        throw WeightsError(.invalid(value: "\(raw)", rule: "0 to 12"), file: reader.file, field: field(), byte: byte)
    }

    /// Reads one value of `type`; arrays are walked to their end and kept as views.
    static func value(
        _ reader: inout ByteReader, of file: MappedBytes, _ type: GGUFValueType, _ field: @autoclosure () -> String,
        depth: Int = 0
    ) throws(WeightsError) -> GGUFValue {
        switch type {
        case .uint8: .uint8(try reader.read(UInt8.self, field()))
        case .int8: .int8(try reader.read(Int8.self, field()))
        case .uint16: .uint16(try reader.read(UInt16.self, field()))
        case .int16: .int16(try reader.read(Int16.self, field()))
        case .uint32: .uint32(try reader.read(UInt32.self, field()))
        case .int32: .int32(try reader.read(Int32.self, field()))
        case .float32: .float32(Float(bitPattern: try reader.read(UInt32.self, field())))
        case .bool: .bool(try bool(&reader, field()))
        case .string: .string(String(decoding: reader.bytes[try reader.takeString(field())], as: UTF8.self))
        case .array: .array(try array(&reader, of: file, field(), depth: depth))
        case .uint64: .uint64(try reader.read(UInt64.self, field()))
        case .int64: .int64(try reader.read(Int64.self, field()))
        case .float64: .float64(Double(bitPattern: try reader.read(UInt64.self, field())))
        }
    }

    private static func bool(
        _ reader: inout ByteReader, _ field: @autoclosure () -> String
    ) throws(WeightsError) -> Bool {
        let byte = reader.offset
        let raw = try reader.read(UInt8.self, field())
        guard raw > 1 else { return raw == 1 }
        throw WeightsError(.invalid(value: "\(raw)", rule: "0 or 1"), file: reader.file, field: field(), byte: byte)
    }

    /// An array is its element type, a 64-bit count and the elements.
    private static func array(
        _ reader: inout ByteReader, of file: MappedBytes, _ field: @autoclosure () -> String, depth: Int
    ) throws(WeightsError) -> GGUFArray {
        guard depth < maximumDepth else {
            let problem = WeightsError.Problem.invalid(value: "deeper", rule: "at most \(maximumDepth) arrays deep")
            throw WeightsError(problem, file: reader.file, field: field(), byte: reader.offset)
        }
        let type = try valueType(&reader, field() + " element type")
        let count = try reader.count(of: type.minimumBytes, field() + " count")
        let start = reader.offset
        try walk(&reader, of: file, type, count, field(), depth: depth)
        return GGUFArray(elementType: type, count: count, payload: MappedSlice(file, start..<reader.offset))
    }

    /// Steps over `count` elements, checking each that can be wrong.
    private static func walk(
        _ reader: inout ByteReader, of file: MappedBytes, _ type: GGUFValueType, _ count: Int,
        _ field: @autoclosure () -> String, depth: Int
    ) throws(WeightsError) {
        switch type {
        case .string:
            for index in 0..<count { _ = try reader.takeString("\(field()) element \(index)") }
        case .array:
            for index in 0..<count {
                _ = try array(&reader, of: file, "\(field()) element \(index)", depth: depth + 1)
            }
        case .bool:
            for index in 0..<count { _ = try bool(&reader, "\(field()) element \(index)") }
        default:
            // `count` was held against the bytes left, so the product cannot overflow.
            _ = try reader.take(UInt64(count * type.minimumBytes), field())
        }
    }
}
