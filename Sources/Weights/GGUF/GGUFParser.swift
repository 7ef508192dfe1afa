/// Reads the header of a GGUF file, versions 2 and 3 (which are the same on little-endian machines).
///
/// Layout: magic, version, tensor count, metadata count; the metadata; the tensor records; padding to the
/// alignment; the tensors' bytes. Memory stays within a small multiple of the file's size: every count is held
/// against the bytes that are left, and arrays are walked, not copied.
/// Source: the GGUF specification (ggml, docs/gguf.md).
enum GGUFParser {
    static let magic: UInt32 = 0x4655_4747  // "GGUF"
    static let defaultAlignment = 32
    /// More nesting than any known file has (0); it bounds the recursion.
    static let maximumDepth = 4
    /// The largest page of the processors we know; a larger alignment is only a way to lie about sizes.
    static let maximumAlignment = 2 << 20
    /// Bytes of the smallest record: an empty key, a type, one byte of value.
    private static let minimumPair = 13
    /// Bytes of the smallest tensor record: an empty name, no dimensions, a type, an offset.
    private static let minimumTensor = 24

    static func parse(_ file: MappedBytes) throws(WeightsError) -> (GGUFMetadata, TensorTable) {
        var reader = ByteReader(file.bytes, file: file.name)
        try checkMagic(&reader)
        try checkVersion(&reader)
        let tensorCount = try reader.count(of: minimumTensor, "tensor count")
        let pairCount = try reader.count(of: minimumPair, "metadata count")
        var metadata = GGUFMetadata(file: file.name)
        for index in 0..<pairCount { try pair(&reader, of: file, index: index, into: &metadata) }
        let alignment = try alignment(metadata)
        var records: [GGUFTensorRecord] = []
        for index in 0..<tensorCount { records.append(try GGUFTensorRecord(&reader, index: index)) }
        let table = try GGUFTensorRecord.place(records, in: file, after: reader.offset, alignment: alignment)
        return (metadata, table)
    }

    private static func checkMagic(_ reader: inout ByteReader) throws(WeightsError) {
        let found = try reader.read(UInt32.self, "magic")
        guard found != magic else { return }
        throw WeightsError(.unknownFormat(FileFormat.guess(reader.bytes)), file: reader.file, field: "magic", byte: 0)
    }

    private static func checkVersion(_ reader: inout ByteReader) throws(WeightsError) {
        let byte = reader.offset
        let version = try reader.read(UInt32.self, "version")
        guard version != 2 && version != 3 else { return }
        let isSwapped = version.byteSwapped <= 3
        let what = isSwapped ? "a big-endian GGUF file" : "GGUF version \(version)"
        let advice = "use a little-endian file of version 2 or 3"
        throw WeightsError(.unsupported(what, advice: advice), file: reader.file, field: "version", byte: byte)
    }

    private static func pair(
        _ reader: inout ByteReader, of file: MappedBytes, index: Int, into metadata: inout GGUFMetadata
    ) throws(WeightsError) {
        let start = reader.offset
        let key = try reader.name("metadata key \(index)")
        let type = try valueType(&reader, "metadata \(quoted(key)) type")
        let byte = reader.offset
        let value = try value(&reader, of: file, type, "metadata \(quoted(key))")
        guard metadata.insert(key, value, byte: byte) else {
            throw WeightsError(.duplicate, file: file.name, field: "metadata key \(quoted(key))", byte: start)
        }
    }

    static func alignment(_ metadata: GGUFMetadata) throws(WeightsError) -> Int {
        let key = "general.alignment"
        guard let alignment = try metadata.intIfPresent(key) else { return defaultAlignment }
        guard alignment >= 8, alignment <= maximumAlignment, alignment & (alignment - 1) == 0 else {
            throw metadata.invalid(key, rule: "a power of two from 8 to \(maximumAlignment)")
        }
        return alignment
    }
}
