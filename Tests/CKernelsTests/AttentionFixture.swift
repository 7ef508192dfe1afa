import CKernels
import Foundation

/// A paged cache of one layer with sequences in scattered blocks.
final class PagedCache {
    let type: gk_type
    let heads: Int
    let kvHeads: Int
    let width: Int
    let blocks: Int
    private let memory: Memory
    private(set) var layer: gk_kv_layer
    /// Values as the cache holds them, by (sequence, position): [kvHeads × width].
    private var keys: [[[Float]]] = []
    private var values: [[[Float]]] = []
    private var tables: [UnsafeMutablePointer<Int32>] = []

    /// Room for `sequences` of `length` tokens. Slots that are never written hold NaN.
    init(type: gk_type, heads: Int, kvHeads: Int, width: Int, sequences: Int, length: Int, using dice: inout Dice) {
        (self.type, self.heads, self.kvHeads, self.width) = (type, heads, kvHeads, width)
        let each = (length + 15) / 16, size = type == GK_F32 ? 4 : 2, plane = kvHeads * width * 16 * size
        blocks = each * sequences
        // A gap in front of, between and behind the planes: nothing of it may be touched.
        let stride = 2 * plane + 3 * 64
        memory = Memory(bytes: blocks * stride)
        layer = gk_kv_layer(
            base: memory.base, block_stride: stride, key_offset: 64, value_offset: plane + 128, type: type,
            kv_heads: kvHeads, head_width: width)
        var order = (0..<Int32(blocks)).shuffled(using: &dice)
        for _ in 0..<sequences {
            let table = UnsafeMutablePointer<Int32>.allocate(capacity: each)
            table.initialize(from: Array(order.prefix(each)), count: each)
            order.removeFirst(each)
            tables.append(table)
            keys.append([])
            values.append([])
        }
    }

    deinit {
        tables.forEach { $0.deallocate() }
    }

    func row(_ sequence: Int, _ position: Int) -> gk_kv_row {
        gk_kv_row(blocks: tables[sequence], position: Int32(position))
    }

    /// Appends `count` random tokens to a sequence.
    func append(_ count: Int, to sequence: Int, isa: ISA, pool: Pool? = nil, using dice: inout Dice) {
        let first = keys[sequence].count, values = dice.floats(count * kvHeads * width)
        let keys = dice.floats(count * kvHeads * width), rows = (first..<first + count).map { row(sequence, $0) }
        gk_kv_write(isa.kernels, pool?.pointer, &layer, rows, count, keys, values)
        for t in 0..<count {
            let range = t * kvHeads * width..<(t + 1) * kvHeads * width
            self.keys[sequence].append(keys[range].map(stored))
            self.values[sequence].append(values[range].map(stored))
        }
    }

    /// Overwrites a token with keys and values of `value`.
    func spoil(_ sequence: Int, _ position: Int, with value: Float, isa: ISA) {
        let spoilt = [Float](repeating: value, count: kvHeads * width)
        gk_kv_write(isa.kernels, nil, &layer, [row(sequence, position)], 1, spoilt, spoilt)
    }

    /// Undoes `spoil`.
    func restore(_ sequence: Int, _ position: Int, isa: ISA) {
        gk_kv_write(
            isa.kernels, nil, &layer, [row(sequence, position)], 1, keys[sequence][position], values[sequence][position]
        )
    }

    private func stored(_ value: Float) -> Float {
        type == GK_F16 ? Float(Float16(value)) : value
    }

    var bytes: [UInt8] {
        Array(UnsafeRawBufferPointer(start: memory.base, count: memory.count))
    }

    /// The value at a place of the documented layout.
    func element(_ kind: KeyPath<gk_kv_layer, Int>, sequence: Int, position: Int, head: Int, d: Int) -> Float {
        let slot = position % 16, transposed = kind == \gk_kv_layer.key_offset
        let index = transposed ? (head * width + d) * 16 + slot : (head * 16 + slot) * width + d
        let place = memory.base + Int(tables[sequence][position / 16]) * layer.block_stride + layer[keyPath: kind]
        if type == GK_F32 { return place.load(fromByteOffset: index * 4, as: Float.self) }
        return Float(place.load(fromByteOffset: index * 2, as: Float16.self))
    }

    func expectedKey(_ sequence: Int, _ position: Int, head: Int, d: Int) -> Float {
        keys[sequence][position][head * width + d]
    }

    func expectedValue(_ sequence: Int, _ position: Int, head: Int, d: Int) -> Float {
        values[sequence][position][head * width + d]
    }

    /// Attention of rows (sequence, position), [rows × heads × width].
    func attend(
        _ rows: [(Int, Int)], q: [Float], scale: Float, window: Int = 0, isa: ISA, pool: Pool? = nil
    ) -> [Float] {
        var out = [Float](repeating: .nan, count: q.count)
        let most = rows.map(\.1).max() ?? 0
        let bytes = gk_attention_scratch_bytes(pool?.pointer, heads, kvHeads, most)
        let guardBytes = 256, scratch = Memory(bytes: bytes + guardBytes, filledWith: 0x5a)
        gk_attention(
            isa.kernels, pool?.pointer, &layer, rows.map { row($0.0, $0.1) }, rows.count, q, heads, scale, window, &out,
            scratch.base)
        let behind = UnsafeRawBufferPointer(start: scratch.base + bytes, count: guardBytes)
        precondition(behind.allSatisfy { $0 == 0x5a }, "attention wrote behind its scratch")
        return out
    }

    /// The same in double precision, by the definition.
    func oracle(_ rows: [(Int, Int)], q: [Float], scale: Float, window: Int = 0) -> [Double] {
        var out = [Double](repeating: 0, count: q.count)
        for (t, (sequence, position)) in rows.enumerated() {
            let first = window == 0 ? 0 : max(0, position - window + 1)
            for head in 0..<heads {
                let kv = head / (heads / kvHeads), start = (t * heads + head) * width
                let scores = (first...position).map { p in
                    Double(scale)
                        * (0..<width).reduce(0.0) { sum, d in
                            sum + Double(q[start + d]) * Double(keys[sequence][p][kv * width + d])
                        }
                }
                let most = scores.max() ?? 0, weights = scores.map { exp($0 - most) }, total = weights.reduce(0, +)
                for (weight, p) in zip(weights, first...position) {
                    for d in 0..<width {
                        out[start + d] += weight / total * Double(values[sequence][p][kv * width + d])
                    }
                }
            }
        }
        return out
    }
}
