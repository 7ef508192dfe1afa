/// What a GGUF header says about one tensor, before its place has been checked.
struct GGUFTensorRecord {
    /// Dimensions that ggml can hold.
    static let maximumDimensions: UInt32 = 4

    let name: String
    /// Row-major, slowest first; the file has it the other way round.
    let shape: [Int]
    let rawType: UInt32
    /// Bytes from the start of the tensors' section.
    let offset: UInt64
    /// Where the fields stand in the file.
    let nameByte: Int, shapeByte: Int, offsetByte: Int

    init(_ reader: inout ByteReader, index: Int) throws(WeightsError) {
        nameByte = reader.offset
        name = try reader.name("tensor \(index) name")
        let field = "tensor \(quoted(name))"
        shapeByte = reader.offset
        shape = try Self.shape(&reader, field)
        rawType = try reader.read(UInt32.self, field + " type")
        offsetByte = reader.offset
        offset = try reader.read(UInt64.self, field + " offset")
    }

    private static func shape(_ reader: inout ByteReader, _ field: String) throws(WeightsError) -> [Int] {
        let byte = reader.offset
        let dimensions = try reader.read(UInt32.self, field + " dimension count")
        guard dimensions <= maximumDimensions else {
            let problem = WeightsError.Problem.invalid(value: "\(dimensions)", rule: "at most \(maximumDimensions)")
            throw WeightsError(problem, file: reader.file, field: field + " dimension count", byte: byte)
        }
        var shape: [Int] = []
        for index in 0..<dimensions {
            let byte = reader.offset
            let raw = try reader.read(UInt64.self, field + " dimension \(index)")
            guard let size = Int(exactly: raw), size > 0 else {
                let problem = WeightsError.Problem.invalid(value: "\(raw)", rule: "1 to \(Int.max)")
                throw WeightsError(problem, file: reader.file, field: field + " dimension \(index)", byte: byte)
            }
            shape.append(size)
        }
        return shape.reversed()
    }

    /// Checks where the tensors of a file lie and makes its table.
    ///
    /// - Parameter end: where the header ends; the section starts at the next multiple of `alignment`.
    static func place(
        _ records: [GGUFTensorRecord], in file: MappedBytes, after end: Int, alignment: Int
    ) throws(WeightsError) -> TensorTable {
        var table = TensorTable()
        var claims = ByteClaims(file: file.name)
        let section = (end + alignment - 1) / alignment * alignment
        for record in records {
            let storage = try record.storage(in: file, section: section, alignment: alignment)
            if case .known(_, let slice) = storage { claims.add(slice.range, record.name, byte: record.offsetByte) }
            guard table.insert(record.name, .init(file: file.name, shape: record.shape, storage: storage)) else {
                throw record.error(.duplicate, "name", record.nameByte, file)
            }
        }
        try claims.check()
        return table
    }

    private func storage(
        in file: MappedBytes, section: Int, alignment: Int
    ) throws(WeightsError) -> TensorTable.Entry.Storage {
        guard offset % UInt64(alignment) == 0 else {
            let rule = "a multiple of the alignment \(alignment)"
            throw error(.invalid(value: "\(offset)", rule: rule), "offset", offsetByte, file)
        }
        let left = file.bytes.count - section
        guard left >= 0, offset <= UInt64(left) else {
            let rule = "within the file, which has \(max(0, left)) bytes of tensors"
            throw error(.invalid(value: "\(offset)", rule: rule), "offset", offsetByte, file)
        }
        guard let type = TensorType(rawValue: rawType) else { return .unsupported(Self.typeName(rawType)) }
        guard let size = type.byteCount(shape: shape) else {
            let rule = "whole blocks of \(type.blockWeights) in a row and a size of 63 bits"
            throw error(.invalid(value: "\(shape)", rule: rule), "shape in \(type.name)", shapeByte, file)
        }
        let start = section + Int(offset)
        guard size <= file.bytes.count - start else {
            throw error(.truncated(needed: UInt64(size), left: file.bytes.count - start), "data", start, file)
        }
        return .known(type, MappedSlice(file, start..<start + size))
    }

    private func error(
        _ problem: WeightsError.Problem, _ part: String, _ byte: Int, _ file: MappedBytes
    ) -> WeightsError {
        WeightsError(problem, file: file.name, field: "tensor \(quoted(name)) \(part)", byte: byte)
    }

    /// Names of the types of ggml that are not built, so that a message can say which one it met.
    private static func typeName(_ raw: UInt32) -> String {
        let names: [UInt32: String] = [
            3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS",
            18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16",
            26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
        ]
        return names[raw] ?? "number \(raw)"
    }
}
