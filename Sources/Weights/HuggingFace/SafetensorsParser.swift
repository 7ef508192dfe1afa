import JSON

/// Reads the header of a safetensors file: a 64-bit length, a JSON object of that length, the tensors' bytes.
/// Source: the safetensors format (huggingface/safetensors, README).
enum SafetensorsParser {
    /// The reference implementation's bound on the header.
    static let maximumHeader = 100_000_000
    /// An object of tensors of objects of arrays is three deep; metadata is flat.
    private static let maximumDepth = 8

    static func parse(_ file: MappedBytes) throws(WeightsError) -> TensorTable {
        var reader = ByteReader(file.bytes, file: file.name)
        let length = try reader.count(of: 1, "header length")
        guard length <= maximumHeader else {
            let problem = WeightsError.Problem.invalid(value: "\(length)", rule: "at most \(maximumHeader)")
            throw WeightsError(problem, file: file.name, field: "header length", byte: 0)
        }
        let range = try reader.take(UInt64(length), "header")
        let header = try header(UnsafeRawBufferPointer(rebasing: file.bytes[range]), file.name)
        return try place(header, in: file, section: range.upperBound)
    }

    private static func header(_ text: UnsafeRawBufferPointer, _ file: String) throws(WeightsError) -> JSONObject {
        let value: JSON
        do {
            value = try JSON.parse(text, maximumDepth: maximumDepth)
        } catch {
            throw WeightsError(.malformed(error.reason), file: file, field: "header", byte: 8 + error.byte)
        }
        guard let header = value.object else {
            throw WeightsError(.invalid(value: value.kind, rule: "an object"), file: file, field: "header", byte: 8)
        }
        // Of two members with one name the JSON reader keeps the later: a tensor would be lost unnoticed.
        guard memberCount(text) == header.count else {
            throw WeightsError(.duplicate, file: file, field: "a tensor name in the header", byte: 8)
        }
        return header
    }

    /// Members written at the top of a valid JSON object: its colons outside strings and inner values.
    private static func memberCount(_ text: UnsafeRawBufferPointer) -> Int {
        var (count, depth, inString, escaped) = (0, 0, false, false)
        for byte in text {
            if inString {
                inString = escaped || byte != UInt8(ascii: "\"")
                escaped = !escaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":"): count += depth == 1 ? 1 : 0
            default: break
            }
        }
        return count
    }

    private static func place(
        _ header: JSONObject, in file: MappedBytes, section: Int
    ) throws(WeightsError) -> TensorTable {
        var table = TensorTable()
        var claims = ByteClaims(file: file.name)
        for (name, value) in header where name != "__metadata__" {
            let record = try SafetensorsRecord(name: name, value, file: file.name)
            let range = try record.range(section: section, end: file.bytes.count)
            claims.add(range, name, byte: 8)
            let storage = try record.storage(MappedSlice(file, range))
            _ = table.insert(name, .init(file: file.name, shape: record.shape, storage: storage))
        }
        try claims.check()
        return table
    }
}
