import CKernels

/// Where each layer's keys and values lie inside a KV block: layer after layer, keys before values, so that
/// a block's bytes are contiguous over all layers and move in one copy.
struct KVLayout: Sendable, Equatable {
    struct Layer: Sendable, Equatable {
        /// Bytes from the start of a block.
        var keyOffset: Int
        /// Bytes from the start of a block.
        var valueOffset: Int
        var kvHeads: Int
        var headWidth: Int
    }

    static let blockTokens = Int(GK_KV_BLOCK_TOKENS)
    let type: KVType
    let layers: [Layer]
    /// A multiple of 64, because a head's width is a multiple of 16 and a block holds 16 tokens.
    let bytesPerBlock: Int

    init(_ spec: ModelSpec, type: KVType) {
        self.type = type
        var offset = 0
        layers = spec.layers.map { layer in
            switch layer.mixer {
            case .attention(let attention):
                let bytes = attention.kvHeads * attention.headWidth * KVLayout.blockTokens * type.bytes
                defer { offset += 2 * bytes }
                return Layer(
                    keyOffset: offset, valueOffset: offset + bytes, kvHeads: attention.kvHeads,
                    headWidth: attention.headWidth)
            }
        }
        bytesPerBlock = offset
    }
}
