import TestSupport
import Testing
import Weights

/// Damaged files never crash the reader, never make it read past their end and never make it hold more than a
/// small multiple of their size.
@Suite struct GGUFFuzzTests {
    static let rounds = 30_000

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func mutationsAreSurvived(seed: UInt64) throws {
        let raw = RawGGUF.sample()
        var mutator = Mutator(
            original: raw.bytes, fields: raw.fields.map(\.range).filter { [1, 4, 8].contains($0.count) },
            random: SeededGenerator(seed: seed))
        let memory = GuardedMemory(capacity: 8 * raw.bytes.count)
        var opened = 0
        var messages: Set<String> = []
        for _ in 0..<Self.rounds {
            let bytes = mutator.next()
            do {
                let file = MappedBytes(borrowing: memory.load(bytes), name: "fuzz.gguf")
                let checkpoint = try Checkpoint.gguf(file)
                let weights = checkpoint.touchEverything()
                #expect(weights <= 8 * bytes.count)
                opened += 1
            } catch {
                #expect((error.byte ?? 0) <= bytes.count + 32)
                messages.insert(error.field)
            }
        }
        // Both sides must have been reached, or the test proves nothing.
        #expect(opened > Self.rounds / 20 && opened < Self.rounds * 19 / 20)
        #expect(messages.count > 100)
    }
}
