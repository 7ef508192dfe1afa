import JSON

/// What a safetensors header says about one tensor.
struct SafetensorsRecord {
    let name: String
    let type: String
    /// Row-major, slowest first, as in the file.
    let shape: [Int]
    /// Bytes from the start of the tensors' section.
    private let begin: Int, end: Int
    private let file: String

    init(name: String, _ value: JSON, file: String) throws(WeightsError) {
        self.name = name
        self.file = file
        func wrong(_ member: String, _ found: JSON?, _ rule: String) -> WeightsError {
            let shown = found.map { quoted($0.serialized()) } ?? "missing"
            let field = "tensor \(quoted(name)) \(member)"
            return WeightsError(.invalid(value: shown, rule: rule), file: file, field: field, byte: 8)
        }
        guard let type = value["dtype"]?.string else { throw wrong("dtype", value["dtype"], "a string") }
        self.type = type
        guard let shape = sizes(value["shape"]) else { throw wrong("shape", value["shape"], "an array of sizes") }
        self.shape = shape
        let offsets = sizes(value["data_offsets"])
        guard let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw wrong("data_offsets", value["data_offsets"], "two rising offsets")
        }
        begin = offsets[0]
        end = offsets[1]
    }

    /// Where the tensor lies in the file, checked against its end.
    func range(section: Int, end fileEnd: Int) throws(WeightsError) -> Range<Int> {
        let left = fileEnd - section
        guard end <= left else {
            throw error(.truncated(needed: UInt64(end), left: left), "data_offsets", byte: section)
        }
        return section + begin..<section + end
    }

    /// The type, with the size of `slice` checked against the shape where the size of an element is known.
    func storage(_ slice: MappedSlice) throws(WeightsError) -> TensorTable.Entry.Storage {
        let type = Self.types[type]
        guard let elementBytes = type?.blockBytes ?? Self.otherElementBytes[self.type] else {
            return .unsupported(quoted(self.type))
        }
        let size = product(shape)?.multipliedReportingOverflow(by: elementBytes)
        guard let size, !size.overflow, size.partialValue == slice.count else {
            let rule = "of a size that is the \(slice.count) bytes between data_offsets"
            throw error(.invalid(value: "\(shape)", rule: rule), "shape in \(self.type)", byte: 8)
        }
        return type.map { .known($0, slice) } ?? .unsupported(self.type)
    }

    private static let types: [String: TensorType] = ["F32": .f32, "F16": .f16, "BF16": .bf16]
    /// Types that are not built, whose sizes are checked all the same.
    private static let otherElementBytes = [
        "F64": 8, "I64": 8, "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2, "I8": 1, "U8": 1, "BOOL": 1,
        "F8_E4M3": 1, "F8_E5M2": 1, "C64": 8,
    ]

    private func error(_ problem: WeightsError.Problem, _ part: String, byte: Int) -> WeightsError {
        WeightsError(problem, file: file, field: "tensor \(quoted(name)) \(part)", byte: byte)
    }
}

/// An array of integers that are not negative.
private func sizes(_ value: JSON?) -> [Int]? {
    guard let array = value?.array else { return nil }
    let sizes = array.compactMap(\.int).filter { $0 >= 0 }
    return sizes.count == array.count ? sizes : nil
}
