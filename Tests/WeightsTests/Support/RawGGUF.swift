/// A GGUF image written field by field, independently of our writer, that remembers where each field is, so
/// that a test can break exactly one.
struct RawGGUF {
    private(set) var bytes: [UInt8] = []
    /// Place of each field by its name.
    private(set) var fields: [(name: String, range: Range<Int>)] = []

    mutating func put(_ name: String, _ value: some FixedWidthInteger) {
        put(name, Swift.withUnsafeBytes(of: value.littleEndian) { Array($0) })
    }

    mutating func put(_ name: String, _ content: [UInt8]) {
        fields.append((name, bytes.count..<bytes.count + content.count))
        bytes += content
    }

    mutating func text(_ name: String, _ text: String) {
        put(name + " length", UInt64(text.utf8.count))
        put(name, Array(text.utf8))
    }

    mutating func pad(to alignment: Int) {
        while bytes.count % alignment != 0 { bytes.append(0) }
    }

    func range(_ name: String) -> Range<Int> {
        fields.first { $0.name == name }?.range ?? 0..<0
    }

    /// The image with one field replaced by a value of its width.
    func replacing(_ name: String, _ value: UInt64) -> [UInt8] {
        let range = range(name)
        let content = (0..<range.count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        return bytes.replacing(range, content)
    }
}

extension [UInt8] {
    func replacing(_ range: Range<Int>, _ content: [UInt8]) -> [UInt8] {
        var copy = self
        copy.replaceSubrange(range, with: content)
        return copy
    }
}

extension RawGGUF {
    /// A small valid file with every kind of field: `weights.f32` [2, 3], `weights.q8` [2, 32] and
    /// `weights.iq` of a type that is not supported.
    static func sample() -> RawGGUF {
        var raw = RawGGUF()
        raw.put("magic", UInt32(0x4655_4747))
        raw.put("version", UInt32(3))
        raw.put("tensor count", UInt64(3))
        raw.put("metadata count", UInt64(8))
        raw.putMetadata()
        raw.putTensors()
        raw.pad(to: 32)
        raw.put("weights.f32", (0..<6).flatMap { Array(floatBytes: Float($0) + 0.5) })
        raw.pad(to: 32)
        raw.put("weights.q8", (0..<68).map { UInt8($0) })
        raw.pad(to: 32)
        return raw
    }

    private mutating func putMetadata() {
        text("architecture key", "general.architecture")
        put("architecture type", UInt32(8))
        text("architecture", "llama")
        text("alignment key", "general.alignment")
        put("alignment type", UInt32(4))
        put("alignment", UInt32(32))
        text("flag key", "sample.flag")
        put("flag type", UInt32(7))
        put("flag", UInt8(1))
        text("epsilon key", "sample.epsilon")
        put("epsilon type", UInt32(6))
        put("epsilon", Float(1e-5).bitPattern)
        text("size key", "sample.size")
        put("size type", UInt32(10))
        put("size", UInt64(4096))
        putArray("tokens", element: 8, count: 2)
        text("token 0", "a")
        text("token 1", "Ġthe")
        putArray("scores", element: 6, count: 2)
        put("scores", Array(floatBytes: 1) + Array(floatBytes: -2))
        putArray("nested", element: 9, count: 1)
        put("inner element type", UInt32(7))
        put("inner count", UInt64(2))
        put("inner bools", [0, 1])
    }

    private mutating func putArray(_ name: String, element: UInt32, count: UInt64) {
        text(name + " key", "sample." + name)
        put(name + " type", UInt32(9))
        put(name + " element type", element)
        put(name + " count", count)
    }

    private mutating func putTensors() {
        putTensor("f32", dimensions: [3, 2], type: 0, offset: 0)
        putTensor("q8", dimensions: [32, 2], type: 8, offset: 32)
        putTensor("iq", dimensions: [256], type: 19, offset: 128)
    }

    private mutating func putTensor(_ name: String, dimensions: [UInt64], type: UInt32, offset: UInt64) {
        text(name + " name", "weights." + name)
        put(name + " dimension count", UInt32(dimensions.count))
        for (index, size) in dimensions.enumerated() { put("\(name) dimension \(index)", size) }
        put(name + " type", type)
        put(name + " offset", offset)
    }
}

extension [UInt8] {
    init(floatBytes value: Float) {
        self = Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
}
