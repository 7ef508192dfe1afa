/// A tensor to be written: its name, type and row-major shape, slowest dimension first.
package struct GGUFTensorPlan: Sendable {
    package let name: String
    package let type: TensorType
    package let shape: [Int]

    package init(_ name: String, _ type: TensorType, _ shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}

/// Where everything goes in a GGUF file (version 3) that is to be written.
package struct GGUFLayout: Sendable {
    /// Everything before the tensors, padding included.
    package let header: [UInt8]
    package let tensors: [GGUFTensorPlan]
    /// Bytes of each tensor without padding.
    package let sizes: [Int]
    package let alignment: Int

    /// - Throws: `WeightsError` for what the reader would refuse: names used twice, shapes that are not whole
    ///   blocks, a wrong `general.alignment`.
    package init(
        metadata: [(String, GGUFValue)], tensors: [GGUFTensorPlan], file: String = "GGUF to be written"
    ) throws(WeightsError) {
        let (byKey, sizes) = try Self.check(metadata, tensors, file)
        alignment = try GGUFParser.alignment(byKey)
        self.tensors = tensors
        self.sizes = sizes
        header = Self.header(metadata, tensors, sizes, alignment)
    }

    /// Zeros to add after `byteCount` bytes to reach the alignment.
    func padding(after byteCount: Int) -> Int { (alignment - byteCount % alignment) % alignment }

    private static func check(
        _ metadata: [(String, GGUFValue)], _ tensors: [GGUFTensorPlan], _ file: String
    ) throws(WeightsError) -> (GGUFMetadata, sizes: [Int]) {
        var byKey = GGUFMetadata(file: file)
        for (key, value) in metadata {
            try check(key, file)
            guard !byKey.insert(key, value, byte: nil) else { continue }
            throw WeightsError(.duplicate, file: file, field: "metadata key \(quoted(key))")
        }
        var names: Set<String> = []
        var sizes: [Int] = []
        for tensor in tensors {
            try check(tensor.name, file)
            let field = "tensor \(quoted(tensor.name))"
            guard names.insert(tensor.name).inserted else { throw WeightsError(.duplicate, file: file, field: field) }
            guard let size = tensor.type.byteCount(shape: tensor.shape), size > 0, tensor.shape.count <= 4 else {
                let rule = "up to 4 sizes above 0, the last in whole blocks of \(tensor.type.blockWeights)"
                throw WeightsError(.invalid(value: "\(tensor.shape)", rule: rule), file: file, field: field + " shape")
            }
            sizes.append(size)
        }
        return (byKey, sizes)
    }

    private static func check(_ name: String, _ file: String) throws(WeightsError) {
        guard !ByteReader.nameBytes.contains(name.utf8.count) else { return }
        let rule = "\(ByteReader.nameBytes) bytes long"
        throw WeightsError(.invalid(value: quoted(name), rule: rule), file: file, field: "a name")
    }

    private static func header(
        _ metadata: [(String, GGUFValue)], _ tensors: [GGUFTensorPlan], _ sizes: [Int], _ alignment: Int
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(integer: GGUFParser.magic)
        bytes.append(integer: UInt32(3))
        bytes.append(integer: UInt64(tensors.count))
        bytes.append(integer: UInt64(metadata.count))
        for (key, value) in metadata {
            bytes.append(text: key)
            bytes.append(integer: value.type.rawValue)
            value.append(to: &bytes)
        }
        var offset = 0
        for (tensor, size) in zip(tensors, sizes) {
            bytes.append(text: tensor.name)
            bytes.append(integer: UInt32(tensor.shape.count))
            for size in tensor.shape.reversed() { bytes.append(integer: UInt64(size)) }
            bytes.append(integer: tensor.type.rawValue)
            bytes.append(integer: UInt64(offset))
            offset += (size + alignment - 1) / alignment * alignment
        }
        while bytes.count % alignment != 0 { bytes.append(0) }
        return bytes
    }
}

extension GGUFValue {
    /// The value as it stands in a file, without its type.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .uint8(let value): bytes.append(integer: value)
        case .int8(let value): bytes.append(integer: value)
        case .uint16(let value): bytes.append(integer: value)
        case .int16(let value): bytes.append(integer: value)
        case .uint32(let value): bytes.append(integer: value)
        case .int32(let value): bytes.append(integer: value)
        case .float32(let value): bytes.append(integer: value.bitPattern)
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .string(let value): bytes.append(text: value)
        case .array(let value):
            bytes.append(integer: value.elementType.rawValue)
            bytes.append(integer: UInt64(value.count))
            value.payload.withBytes { bytes.append(contentsOf: $0) }
        case .uint64(let value): bytes.append(integer: value)
        case .int64(let value): bytes.append(integer: value)
        case .float64(let value): bytes.append(integer: value.bitPattern)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(text: String) {
        append(integer: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
