/// A cursor over bytes from a stranger: every step is checked against the end before it is taken.
///
/// A field's name is only built when it is needed for an error.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    let file: String
    private(set) var offset: Int

    /// `offset` must lie within `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, file: String, offset: Int = 0) {
        self.bytes = bytes
        self.file = file
        self.offset = offset
    }

    var left: Int { bytes.count - offset }

    /// Reads one little-endian integer.
    mutating func read<T: FixedWidthInteger>(
        _: T.Type, _ field: @autoclosure () -> String
    ) throws(WeightsError) -> T {
        let range = try take(UInt64(MemoryLayout<T>.size), field())
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self))
    }

    /// Steps over `count` bytes and returns where they are.
    mutating func take(_ count: UInt64, _ field: @autoclosure () -> String) throws(WeightsError) -> Range<Int> {
        guard count <= UInt64(left) else {
            throw WeightsError(.truncated(needed: count, left: left), file: file, field: field(), byte: offset)
        }
        let start = offset
        offset += Int(count)
        return start..<offset
    }

    /// Reads a 64-bit count of items that take at least `minimumBytes` each, so that no count can ask for
    /// more than the file holds.
    mutating func count(of minimumBytes: Int, _ field: @autoclosure () -> String) throws(WeightsError) -> Int {
        let start = offset
        let count = try read(UInt64.self, field())
        let most = left / minimumBytes
        guard count <= UInt64(most) else {
            let rule = "at most \(most), as only \(left) bytes follow"
            throw WeightsError(.invalid(value: "\(count)", rule: rule), file: file, field: field(), byte: start)
        }
        return Int(count)
    }

    /// Steps over a string: a 64-bit length, then that many bytes.
    mutating func takeString(_ field: @autoclosure () -> String) throws(WeightsError) -> Range<Int> {
        let length = try read(UInt64.self, field() + " length")
        return try take(length, field())
    }

    /// How long keys (by the specification) and tensor names (by us) may be.
    static let nameBytes = 1...Int(UInt16.max)

    /// Reads a name: a string of valid UTF-8 of `nameBytes`.
    mutating func name(_ field: @autoclosure () -> String) throws(WeightsError) -> String {
        let start = offset
        let range = try takeString(field())
        guard Self.nameBytes.contains(range.count) else {
            let problem = WeightsError.Problem.invalid(value: "\(range.count)", rule: "within \(Self.nameBytes)")
            throw WeightsError(problem, file: file, field: field() + " length", byte: start)
        }
        guard let name = String(validating: bytes[range], as: UTF8.self) else {
            let problem = WeightsError.Problem.invalid(value: "not text", rule: "valid UTF-8")
            throw WeightsError(problem, file: file, field: field(), byte: range.lowerBound)
        }
        return name
    }
}
