import CKernels
import Testing

@Suite("Paged attention")
struct AttentionTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var heads: Int, kvHeads: Int, width: Int
        var testDescription: String { "\(heads) heads, \(kvHeads) KV heads of \(width)" }
    }

    static let shapes = [
        Shape(heads: 1, kvHeads: 1, width: 16), Shape(heads: 14, kvHeads: 2, width: 64),
        Shape(heads: 4, kvHeads: 4, width: 32), Shape(heads: 9, kvHeads: 3, width: 80),
        Shape(heads: 10, kvHeads: 1, width: 48), Shape(heads: 16, kvHeads: 2, width: 128),
        Shape(heads: 24, kvHeads: 1, width: 16), Shape(heads: 4, kvHeads: 2, width: 256),
    ]
    static let types: [UInt32] = [GK_F32.rawValue, GK_F16.rawValue]

    /// Three sequences, with a batch of decoding rows and a chunk of prefill.
    private static func fixture(_ shape: Shape, _ type: UInt32, isa: ISA, seed: UInt64) -> (
        PagedCache, [(Int, Int)], [Float]
    ) {
        var dice = Dice(seed: seed)
        let cache = PagedCache(
            type: gk_type(type), heads: shape.heads, kvHeads: shape.kvHeads, width: shape.width, sequences: 4,
            length: 90, using: &dice)
        for (sequence, length) in [(0, 1), (1, 77), (2, 37), (3, 16)] {
            cache.append(length, to: sequence, isa: isa, using: &dice)
        }
        let rows = [(0, 0), (1, 76)] + (20..<37).map { (2, $0) } + [(3, 15), (1, 40)]
        return (cache, rows, dice.floats(rows.count * shape.heads * shape.width, in: -2...2))
    }

    @Test("Keys lie transposed, values by token, and nothing else is touched", arguments: types, ISA.available)
    func layout(_ type: UInt32, _ isa: ISA) {
        var dice = Dice(seed: 30), same = Dice(seed: 30)
        let cache = PagedCache(
            type: gk_type(type), heads: 2, kvHeads: 2, width: 48, sequences: 2, length: 40, using: &dice)
        let other = PagedCache(
            type: gk_type(type), heads: 2, kvHeads: 2, width: 48, sequences: 2, length: 40, using: &same)
        let pool = Pool(threads: 2)
        for (count, sequence) in [(5, 0), (30, 1), (20, 0), (1, 1)] {
            cache.append(count, to: sequence, isa: isa, pool: pool, using: &dice)
            other.append(count, to: sequence, isa: .scalar, using: &same)
        }
        #expect(cache.bytes == other.bytes)
        for (sequence, position) in (0..<25).map({ (0, $0) }) + (0..<31).map({ (1, $0) }) {
            for head in 0..<2 {
                for d in 0..<48 {
                    let key = cache.element(\.key_offset, sequence: sequence, position: position, head: head, d: d)
                    #expect(key == cache.expectedKey(sequence, position, head: head, d: d))
                    let value = cache.element(\.value_offset, sequence: sequence, position: position, head: head, d: d)
                    #expect(value == cache.expectedValue(sequence, position, head: head, d: d))
                }
            }
        }
        let untouched = cache.element(\.value_offset, sequence: 0, position: 25, head: 0, d: 0)
        #expect(untouched.isNaN)
    }

    @Test("Agrees with attention in double precision", arguments: shapes, types)
    func oracle(_ shape: Shape, _ type: UInt32) {
        let (cache, rows, q) = AttentionTests.fixture(shape, type, isa: .scalar, seed: 31)
        for window in [0, 1, 5, 16, 33] {
            let out = cache.attend(rows, q: q, scale: 0.3, window: window, isa: .scalar)
            let expected = cache.oracle(rows, q: q, scale: 0.3, window: window)
            #expect(zip(out, expected).allSatisfy { abs(Double($0) - $1) <= 3e-6 }, "window \(window)")
        }
    }

    @Test("Every instruction set gives the scalar bits", arguments: shapes, types)
    func sameBits(_ shape: Shape, _ type: UInt32) {
        let (cache, rows, q) = AttentionTests.fixture(shape, type, isa: .scalar, seed: 32)
        for window in [0, 7, 40] {
            let reference = cache.attend(rows, q: q, scale: 0.125, window: window, isa: .scalar)
            for isa in ISA.vector {
                #expect(bits(cache.attend(rows, q: q, scale: 0.125, window: window, isa: isa)) == bits(reference))
            }
        }
    }

    @Test("A row alone equals the row in a batch, over any number of threads", arguments: shapes, ISA.available)
    func batchInvariance(_ shape: Shape, _ isa: ISA) {
        let (cache, rows, q) = AttentionTests.fixture(shape, GK_F32.rawValue, isa: isa, seed: 33)
        let size = shape.heads * shape.width
        for window in [0, 9] {
            let alone = rows.indices.flatMap { t in
                cache.attend([rows[t]], q: Array(q[t * size..<(t + 1) * size]), scale: 0.2, window: window, isa: isa)
            }
            for threads in 1...3 {
                let pool = Pool(threads: threads)
                let batch = cache.attend(rows, q: q, scale: 0.2, window: window, isa: isa, pool: pool)
                #expect(bits(batch) == bits(alone))
                let one = cache.attend(
                    [rows[1]], q: Array(q[size..<2 * size]), scale: 0.2, window: window, isa: isa, pool: pool)
                #expect(bits(one) == bits(Array(alone[size..<2 * size])))
            }
        }
    }

    @Test("A prompt in chunks equals the prompt at once", arguments: ISA.available)
    func chunks(_ isa: ISA) {
        var dice = Dice(seed: 34)
        let shape = Shape(heads: 6, kvHeads: 3, width: 32), size = shape.heads * shape.width, pool = Pool(threads: 2)
        let cache = PagedCache(
            type: GK_F16, heads: 6, kvHeads: 3, width: 32, sequences: 1, length: 70, using: &dice)
        cache.append(70, to: 0, isa: isa, using: &dice)
        let q = dice.floats(70 * size), rows = (0..<70).map { (0, $0) }
        let whole = cache.attend(rows, q: q, scale: 0.2, isa: isa, pool: pool)
        for chunk in [1, 3, 16, 33] {
            let parts = stride(from: 0, to: 70, by: chunk).flatMap { start -> [Float] in
                let end = min(70, start + chunk)
                return cache.attend(
                    Array(rows[start..<end]), q: Array(q[start * size..<end * size]), scale: 0.2, isa: isa)
            }
            #expect(bits(parts) == bits(whole), "chunks of \(chunk)")
        }
    }

    @Test(
        "What later tokens hold never reaches an earlier row, nor what left the window a later one",
        arguments: ISA.available)
    func causality(_ isa: ISA) {
        for shape in AttentionTests.shapes {
            let (cache, rows, q) = AttentionTests.fixture(shape, GK_F32.rawValue, isa: isa, seed: 36)
            let size = shape.heads * shape.width, spoilt = 28
            for window in [0, 1, 3, 10] {
                let clean = cache.attend(rows, q: q, scale: 0.2, window: window, isa: isa)
                cache.spoil(2, spoilt, with: .nan, isa: isa)
                let out = cache.attend(rows, q: q, scale: 0.2, window: window, isa: isa)
                for (t, (sequence, position)) in rows.enumerated() {
                    let reaches = sequence == 2 && position >= spoilt && (window == 0 || position - window < spoilt)
                    let part = t * size..<(t + 1) * size
                    if reaches {
                        #expect(out[part].allSatisfy { $0.isNaN })
                    } else {
                        #expect(bits(Array(out[part])) == bits(Array(clean[part])))
                    }
                }
                cache.restore(2, spoilt, isa: isa)
            }
        }
    }

    @Test("Scores too large for e^x are no trouble", arguments: ISA.available)
    func largeScores(_ isa: ISA) {
        let (cache, rows, q) = AttentionTests.fixture(AttentionTests.shapes[1], GK_F32.rawValue, isa: isa, seed: 35)
        let out = cache.attend(rows, q: q, scale: 1000, isa: isa)
        let expected = cache.oracle(rows, q: q, scale: 1000)
        #expect(zip(out, expected).allSatisfy { abs(Double($0) - $1) <= 2e-3 })
        #expect(bits(out) == bits(cache.attend(rows, q: q, scale: 1000, isa: .scalar)))
    }
}
