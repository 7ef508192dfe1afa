import Models
import TestSupport

/// Many sequences of random tokens that share steps: each is cut at random places, so that a step mixes decodes
/// with chunks of prefill.
struct Crowd {
    let sequences: [[Int32]]
    private let seed: UInt64

    init(count: Int, vocabulary: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        self.seed = seed
        sequences = (0..<count).map { _ in
            (0..<Int.random(in: 1...60, using: &random)).map { _ in
                Int32.random(in: 0..<Int32(vocabulary), using: &random)
            }
        }
    }

    /// All rows of logits of each sequence. Sequence i lives in every 32nd block from i on.
    func run(on runner: Runner) throws -> [[[Float]]] {
        var random = SeededGenerator(seed: seed &+ 1)
        var rows = sequences.map { _ in [[Float]]() }
        var done = sequences.map { _ in 0 }
        while let slices = next(done, &random), !slices.isEmpty {
            let result = try runner.step(slices.map(\.slice))
            var row = 0
            for (index, slice) in slices {
                rows[index] += result[row..<row + slice.tokens.count]
                done[index] += slice.tokens.count
                row += slice.tokens.count
            }
        }
        return rows
    }

    /// A random choice of the sequences that have tokens left, each with a random number of them; nil at the end.
    private func next(
        _ done: [Int], _ random: inout SeededGenerator
    ) -> [(index: Int, slice: SequenceSlice)]? {
        let unfinished = sequences.indices.filter { done[$0] < sequences[$0].count }.shuffled(using: &random)
        guard !unfinished.isEmpty else { return nil }
        return unfinished.prefix(Int.random(in: 1...unfinished.count, using: &random)).map { index in
            let left = sequences[index].count - done[index]
            let count = Bool.random(using: &random) ? 1 : Int.random(in: 1...left, using: &random)
            let tokens = Array(sequences[index][done[index]..<done[index] + count])
            let blocks = (0..<4).map { Int32(index + 32 * $0) }
            return (index, SequenceSlice(tokens: tokens, position: done[index], blocks: blocks, logits: .all))
        }
    }
}
