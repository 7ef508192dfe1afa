import Engine
import TestSupport
import Testing

@Suite struct KVCacheTests {
    private let root = BlockKey.root(salt: "", fingerprint: "m")

    @Test func keysAreChains() {
        let tokens: [Int32] = [1, 2, 3, 4]
        #expect(root.child(tokens) == root.child(tokens[...]))
        #expect(root.child(tokens) != root.child([1, 2, 3, 5]))
        #expect(root.child(tokens).child(tokens) != root.child(tokens))
        #expect(BlockKey.root(salt: "a", fingerprint: "m") != BlockKey.root(salt: "b", fingerprint: "m"))
        #expect(BlockKey.root(salt: "a", fingerprint: "bc") != BlockKey.root(salt: "ab", fingerprint: "c"))
        #expect(BlockKey.root(salt: "a", fingerprint: "m") != BlockKey.root(salt: "a", fingerprint: "n"))
    }

    @Test func allocatesNothingRatherThanTooLittle() throws {
        var cache = KVCache(blockCount: 4, blockTokens: 2)
        let three = cache.allocate(3) ?? []
        #expect(Set(three).count == 3 && cache.availableCount == 1)
        #expect(cache.allocate(2) == nil)
        #expect(cache.availableCount == 1)
        cache.free(three)
        #expect(cache.availableCount == 4)
        try cache.checkIntegrity(holders: [])
    }

    @Test func freedBlocksStayFindableUntilReused() throws {
        var cache = KVCache(blockCount: 4, blockTokens: 2)
        let tokens: [Int32] = [1, 2, 3, 4]
        let keys = [root.child([1, 2]), root.child([1, 2]).child([3, 4])]
        let blocks = cache.allocate(2) ?? []
        cache.publish(blocks[0], key: keys[0], tokens: [1, 2])
        cache.publish(blocks[1], key: keys[1], tokens: [3, 4])
        cache.free(blocks)
        #expect(cache.match(keys: keys, tokens: tokens) == blocks)
        #expect(cache.cachedCount == 2 && cache.availableCount == 4)
        // Nameless blocks go first, then the tail of the prefix, then its head.
        let two = cache.allocate(2) ?? []
        #expect(Set(two).isDisjoint(with: blocks))
        #expect(cache.allocate(1) == [blocks[1]])
        #expect(cache.match(keys: keys, tokens: tokens) == [blocks[0]])
        #expect(cache.allocate(1) == [blocks[0]])
        #expect(cache.match(keys: keys, tokens: tokens).isEmpty)
    }

    @Test func tokensAreComparedBeforeAHitIsTrusted() throws {
        var cache = KVCache(blockCount: 2, blockTokens: 2)
        let key = root.child([1, 2])
        let blocks = cache.allocate(1) ?? []
        cache.publish(blocks[0], key: key, tokens: [1, 2])
        #expect(cache.match(keys: [key], tokens: [1, 2]) == blocks)
        #expect(cache.match(keys: [key], tokens: [1, 3]).isEmpty)
    }

    @Test func aTwinStaysNameless() throws {
        var cache = KVCache(blockCount: 2, blockTokens: 1)
        let key = root.child([7])
        let blocks = cache.allocate(2) ?? []
        cache.publish(blocks[0], key: key, tokens: [7])
        cache.publish(blocks[1], key: key, tokens: [7])
        #expect(cache.match(keys: [key], tokens: [7]) == [blocks[0]])
        cache.free([blocks[0]])
        cache.free([blocks[1]])
        #expect(cache.cachedCount == 1)
        try cache.checkIntegrity(holders: [])
    }

    @Test func integrityCheckFindsALostBlock() throws {
        var cache = KVCache(blockCount: 3, blockTokens: 1)
        let blocks = cache.allocate(2) ?? []
        try cache.checkIntegrity(holders: [blocks])
        #expect(throws: IntegrityError.self) { try cache.checkIntegrity(holders: [[blocks[0]]]) }
        #expect(throws: IntegrityError.self) { try cache.checkIntegrity(holders: [blocks, [blocks[0]]]) }
    }

    /// Random walks over all operations, against a model that is only sets and arrays.
    @Test(arguments: 0..<20) func holdsItsInvariantsOnRandomWalks(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var cache = KVCache(blockCount: 12, blockTokens: 1)
        var held: [[Int32]] = []
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let count = Int.random(in: 0...5, using: &random)
                let available = cache.availableCount
                let blocks = cache.allocate(count)
                #expect((blocks != nil) == (count <= available))
                if let blocks { held.append(blocks) }
            case 1 where !held.isEmpty:
                cache.free(held.remove(at: Int.random(in: held.indices, using: &random)))
            case 2:
                if let table = held.randomElement(using: &random), let block = table.randomElement(using: &random) {
                    let token = Int32.random(in: 0..<6, using: &random)
                    cache.publish(block, key: root.child([token]), tokens: [token])
                }
            default:
                let token = Int32.random(in: 0..<6, using: &random)
                let matched = cache.match(keys: [root.child([token])], tokens: [token])
                let (before, unheld) = (cache.availableCount, cache.unheldCount(of: matched))
                cache.take(matched)
                #expect(cache.availableCount == before - unheld)
                if !matched.isEmpty { held.append(matched) }
            }
            try cache.checkIntegrity(holders: held)
            #expect(cache.inUseCount == Set(held.joined()).count)
        }
    }
}
