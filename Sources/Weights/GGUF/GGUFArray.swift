/// An array in GGUF metadata: a view of its bytes, decoded when asked, so that a vocabulary of 150,000
/// strings costs nothing to open.
package struct GGUFArray: Sendable {
    package let elementType: GGUFValueType
    package let count: Int
    /// The elements as they stand in a file.
    let payload: MappedSlice

    /// `payload` was walked by the parser or made by a constructor here.
    init(elementType: GGUFValueType, count: Int, payload: MappedSlice) {
        self.elementType = elementType
        self.count = count
        self.payload = payload
    }

    /// The elements of any integer type; nil for other types or when one does not fit `Int`.
    package var ints: [Int]? { numbers(\.int) }

    /// The elements of any number type, rounded to floats; nil for other types.
    package var floats: [Float]? { numbers(\.float) }

    package var bools: [Bool]? { numbers(\.bool) }

    /// The strings; bytes that are not UTF-8 are replaced by U+FFFD. Nil for other types.
    ///
    /// Byte-level vocabularies are UTF-8 by construction and SentencePiece spells bytes `<0x0A>`. A
    /// tokenizer whose pieces are raw bytes uses `forEachString`.
    package var strings: [String]? {
        guard elementType == .string else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(count)
        forEachString { strings.append(String(decoding: $0, as: UTF8.self)) }
        return strings
    }

    /// The arrays in an array of arrays; nil for other types.
    package var arrays: [GGUFArray]? {
        guard elementType == .array else { return nil }
        let values = decode()
        return values?.compactMap(\.array)
    }

    /// Calls `body` with the bytes of each string in turn; never, when the elements are not strings.
    package func forEachString(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard elementType == .string else { return }
        var reader = ByteReader(payload.mapping.bytes, file: "", offset: payload.range.lowerBound)
        withExtendedLifetime(payload.mapping) {
            for _ in 0..<count {
                guard let range = try? reader.takeString("") else { return }
                body(UnsafeRawBufferPointer(rebasing: reader.bytes[range]))
            }
        }
    }

    private func numbers<T>(_ convert: (GGUFValue) -> T?) -> [T]? {
        guard elementType.fixedBytes != nil, let values = decode() else { return nil }
        let converted = values.compactMap(convert)
        return converted.count == count ? converted : nil
    }

    /// Reads all elements. The bounds are checked again: a mapped file can be overwritten under us.
    private func decode() -> [GGUFValue]? {
        var reader = ByteReader(payload.mapping.bytes, file: payload.mapping.name, offset: payload.range.lowerBound)
        var values: [GGUFValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard let value = try? GGUFParser.value(&reader, of: payload.mapping, elementType, "") else { return nil }
            values.append(value)
        }
        return values
    }
}

extension GGUFArray: Equatable {
    /// The same elements of the same type, bit by bit.
    package static func == (left: GGUFArray, right: GGUFArray) -> Bool {
        guard left.elementType == right.elementType, left.count == right.count else { return false }
        return left.payload.withBytes { left in right.payload.withBytes { left.elementsEqual($0) } }
    }
}

/// Arrays to be written.
extension GGUFArray {
    package static func strings(_ strings: [String]) -> GGUFArray { GGUFArray(.string, strings.map(GGUFValue.string)) }
    package static func floats(_ values: [Float]) -> GGUFArray { GGUFArray(.float32, values.map(GGUFValue.float32)) }
    package static func ints(_ values: [Int32]) -> GGUFArray { GGUFArray(.int32, values.map(GGUFValue.int32)) }

    /// An array of any element type. All values must be of that type.
    package init(_ elementType: GGUFValueType, _ values: [GGUFValue]) {
        precondition(values.allSatisfy { $0.type == elementType })
        var bytes: [UInt8] = []
        for value in values { value.append(to: &bytes) }
        let mapping = bytes.withUnsafeBytes { MappedBytes(copying: $0, name: "memory") }
        self.init(elementType: elementType, count: values.count, payload: MappedSlice(mapping, 0..<bytes.count))
    }
}
