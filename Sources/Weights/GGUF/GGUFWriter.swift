import CKernels

/// Writes a GGUF file tensor by tensor, so that only what is being written is in memory.
///
/// The file appears under its name when `finish` has succeeded; dropping the writer before removes it.
package struct GGUFWriter: ~Copyable {
    private let path: String
    private let file: PartialFile
    private let layout: GGUFLayout
    /// The tensor that the next bytes belong to, and how many of its bytes are written.
    private var tensor = 0
    private var written = 0

    /// Creates the file and writes its header.
    ///
    /// - Parameter metadata: in file order; `general.alignment` (uint32) sets the alignment, else it is 32.
    package init(
        path: String, metadata: [(String, GGUFValue)], tensors: [GGUFTensorPlan]
    ) throws(WeightsError) {
        let layout = try GGUFLayout(metadata: metadata, tensors: tensors, file: path)
        let file = try PartialFile(path: path)
        try file.write(layout.header)
        self.path = path
        self.file = file
        self.layout = layout
    }

    /// Writes the next bytes of the tensors, in the order in which they were announced. A tensor may come in
    /// any number of parts; a part does not reach into the next tensor.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeightsError) {
        let left = tensor < layout.sizes.count ? layout.sizes[tensor] - written : 0
        guard bytes.count <= left else { throw overrun(bytes.count, left: left) }
        try file.write(bytes)
        written += bytes.count
        guard bytes.count == left, left > 0 else { return }
        try file.write([UInt8](repeating: 0, count: layout.padding(after: written)))
        tensor += 1
        written = 0
    }

    package mutating func write(_ bytes: [UInt8]) throws(WeightsError) {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(WeightsError) in try write(bytes) } }
        try result.get()
    }

    /// Encodes floats, in whole blocks, to the type of the current tensor and writes them.
    ///
    /// - Throws: `WeightsError` also when there is no encoder for the type (Q4_K, Q5_K, Q6_K).
    package mutating func write(floats: [Float]) throws(WeightsError) {
        guard tensor < layout.tensors.count else { throw overrun(floats.count, left: 0) }
        try write(layout.tensors[tensor].type.encode(floats, file: path, field: current))
    }

    /// Gives the finished file its name.
    ///
    /// - Throws: `WeightsError` when bytes of a tensor are still missing.
    package consuming func finish() throws(WeightsError) {
        guard tensor == layout.sizes.count else {
            let problem = WeightsError.Problem.truncated(needed: UInt64(layout.sizes[tensor]), left: written)
            throw WeightsError(problem, file: path, field: current)
        }
        try file.commit()
    }

    private func overrun(_ count: Int, left: Int) -> WeightsError {
        let problem = WeightsError.Problem.invalid(value: "\(count)", rule: "at most \(left)")
        return WeightsError(problem, file: path, field: "the number of values written to \(current)")
    }

    private var current: String {
        tensor < layout.tensors.count ? "tensor \(quoted(layout.tensors[tensor].name))" : "the end of the last tensor"
    }
}

extension GGUFWriter {
    /// A whole GGUF file in memory: `contents` are the bytes of each tensor.
    package static func image(
        metadata: [(String, GGUFValue)], tensors: [GGUFTensorPlan], contents: [[UInt8]]
    ) throws(WeightsError) -> [UInt8] {
        let layout = try GGUFLayout(metadata: metadata, tensors: tensors)
        precondition(contents.map(\.count) == layout.sizes)
        var bytes = layout.header
        for content in contents {
            bytes += content
            bytes += [UInt8](repeating: 0, count: layout.padding(after: content.count))
        }
        return bytes
    }
}

extension TensorType {
    /// Encodes floats, in whole blocks, with the rounding of the GGUF reference.
    ///
    /// - Throws: `WeightsError` for the types without an encoder (Q4_K, Q5_K, Q6_K) and for parts of blocks.
    package func encode(
        _ floats: [Float], file: String = "weights", field: String = "floats"
    ) throws(WeightsError) -> [UInt8] {
        guard floats.count % blockWeights == 0 else {
            let rule = "a multiple of \(blockWeights)"
            throw WeightsError(.invalid(value: "\(floats.count) floats", rule: rule), file: file, field: field)
        }
        var isEncoded = false
        let size = floats.count / blockWeights * blockBytes
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, filled in
            isEncoded = gk_quantize(kernelType, floats, target.baseAddress, floats.count)
            filled = isEncoded ? size : 0
        }
        if isEncoded || floats.isEmpty { return bytes }
        throw WeightsError(.unsupported("encoding to \(name)", advice: "use Q8_0 or Q4_0"), file: file, field: field)
    }
}
