import Weights

extension Checkpoint {
    static func gguf(_ bytes: [UInt8]) throws(WeightsError) -> Checkpoint {
        try .gguf(bytes.withUnsafeBytes { MappedBytes(copying: $0, name: "sample.gguf") })
    }

    /// Reads everything that can be read, as a loader would; returns the number of weights decoded.
    @discardableResult
    func touchEverything() -> Int {
        if case .gguf(let metadata) = header { metadata.touchEverything() }
        return tensorNames.reduce(0) { $0 + touch($1) }
    }

    private func touch(_ name: String) -> Int {
        guard let tensor = try? tensor(name), let floats = try? tensor.floats() else { return 0 }
        let columns = tensor.shape.last ?? 1
        guard !floats.isEmpty, columns > 0 else { return 0 }
        var row = [Float](repeating: 0, count: columns)
        row.withUnsafeMutableBufferPointer { tensor.floats(row: floats.count / columns - 1, into: $0) }
        if tensor.shape.count == 2 { _ = try? PackedMatrix(tensor, pool: nil) }
        return floats.count
    }
}

extension GGUFMetadata {
    func touchEverything() {
        for key in keys {
            _ = try? (string(key), int(key), float(key), bool(key))
            self[key]?.array.map(touch)
        }
    }

    private func touch(_ array: GGUFArray) {
        _ = (array.ints, array.floats, array.bools, array.strings)
        array.arrays?.forEach(touch)
    }
}
