import Models
import Testing

/// Runs whole sequences on a backend, the way an engine would.
struct Runner {
    let backend: CPUBackend
    let logits: Logits

    init(
        _ model: Model, threads: Int = 2, instructionSet: InstructionSet = .best, kvType: KVType = .f32,
        blockCount: Int = 64
    ) throws {
        backend = try CPUBackend(
            model: model, threads: threads, instructionSet: instructionSet, kvType: kvType, blockCount: blockCount)
        logits = Logits(vocabularySize: model.spec.vocabularySize)
    }

    /// Every row of logits of `tokens`, run in chunks of the given sizes over the given blocks.
    func run(_ tokens: [Int32], chunks: [Int], blocks: [Int32] = Array(0..<16)) throws -> [[Float]] {
        var position = 0
        var rows: [[Float]] = []
        for chunk in chunks {
            let part = Array(tokens[position..<position + chunk])
            rows += try step([SequenceSlice(tokens: part, position: position, blocks: blocks, logits: .all)])
            position += chunk
        }
        return rows
    }

    /// One step; the rows of all its slices in order.
    func step(_ slices: [SequenceSlice]) throws -> [[Float]] {
        try backend.forward(RaggedBatch(slices: slices), into: logits, shouldAbandon: { false })
        return (0..<logits.rows).map { Array(logits.row($0)) }
    }
}

/// The largest difference of a row, relative to the row's largest value.
func relativeError(_ row: [Float], _ truth: [Float]) -> Double {
    guard row.count == truth.count, row.allSatisfy(\.isFinite) else { return .infinity }
    let scale = truth.map { abs(Double($0)) }.max() ?? 1
    return zip(row, truth).map { abs(Double($0) - Double($1)) }.max().map { $0 / scale } ?? .infinity
}

/// The largest relative error of any row.
func worst(_ rows: [[Float]], _ truth: [[Float]]) -> Double {
    rows.count == truth.count ? zip(rows, truth).map(relativeError).max() ?? .infinity : .infinity
}

/// The same bits, not just equal values.
func sameBits(_ left: [[Float]], _ right: [[Float]]) -> Bool {
    left.map { $0.map(\.bitPattern) } == right.map { $0.map(\.bitPattern) }
}
