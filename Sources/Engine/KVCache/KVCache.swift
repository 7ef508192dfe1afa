/// Who holds which KV block, and which freed blocks can still be found by their prefix.
///
/// A block is *in use* (referenced by sequences), *cached* (unreferenced, findable) or *free* (unreferenced,
/// nameless). Freed blocks stay findable until they are reused, so the free list is the prefix cache:
/// nameless blocks are reused first, then named ones in order of release (LRU).
///
/// Only bookkeeping: the bytes live in the backend under the same block numbers.
package struct KVCache {
    package let blockTokens: Int
    package let blockCount: Int
    private var blocks: [Block]
    private var index: [BlockKey: Int32] = [:]
    private var reusable: BlockQueue

    private struct Block {
        var references = 0
        var name: Name?
    }

    /// What a full block holds. The tokens are compared before a hit is trusted: a digest is a hint.
    private struct Name {
        var key: BlockKey
        var tokens: [Int32]
    }

    package init(blockCount: Int, blockTokens: Int) {
        self.blockCount = blockCount
        self.blockTokens = blockTokens
        blocks = Array(repeating: Block(), count: blockCount)
        reusable = BlockQueue(filledTo: blockCount)
    }

    /// Blocks that `allocate` could hand out now (free and cached).
    package var availableCount: Int { reusable.count }
    package var cachedCount: Int { index.values.count { blocks[Int($0)].references == 0 } }
    package var inUseCount: Int { blockCount - reusable.count }

    package func blocksNeeded(forTokens count: Int) -> Int { (count + blockTokens - 1) / blockTokens }

    // MARK: Prefix

    /// The longest run of blocks, from the start, that holds the keys' tokens. Takes nothing.
    package func match(keys: some Collection<BlockKey>, tokens: [Int32]) -> [Int32] {
        var found: [Int32] = []
        for key in keys {
            let start = found.count * blockTokens
            guard let block = index[key], let name = blocks[Int(block)].name,
                name.tokens.elementsEqual(tokens[start..<start + blockTokens])
            else { break }
            found.append(block)
        }
        return found
    }

    /// How many of `matched` nobody holds, that is, by how much taking them lowers `availableCount`.
    package func unheldCount(of matched: [Int32]) -> Int { matched.count { blocks[Int($0)].references == 0 } }

    /// Adds a reference to each matched block.
    package mutating func take(_ matched: [Int32]) {
        for block in matched {
            if blocks[Int(block)].references == 0 { reusable.remove(block) }
            blocks[Int(block)].references += 1
        }
    }

    /// Makes a full, computed block findable. The first block with a key keeps it: a twin that another
    /// sequence computed at the same time stays nameless.
    package mutating func publish(_ block: Int32, key: BlockKey, tokens: [Int32]) {
        precondition(tokens.count == blockTokens && blocks[Int(block)].references > 0)
        guard index[key] == nil, blocks[Int(block)].name == nil else { return }
        blocks[Int(block)].name = Name(key: key, tokens: tokens)
        index[key] = block
    }

    // MARK: Allocate and free

    /// Hands out `count` nameless blocks with one reference each, or nothing when there are too few.
    package mutating func allocate(_ count: Int) -> [Int32]? {
        guard count <= reusable.count else { return nil }
        var taken: [Int32] = []
        taken.reserveCapacity(count)
        while taken.count < count, let block = reusable.first {
            reusable.remove(block)
            forget(block)
            blocks[Int(block)].references = 1
            taken.append(block)
        }
        return taken
    }

    /// Drops one reference to each block of a sequence. The tail is freed first, because a prefix is worth
    /// more the closer it is to the start.
    package mutating func free(_ sequence: [Int32]) {
        for block in sequence.reversed() {
            precondition(blocks[Int(block)].references > 0, "a block was freed twice")
            blocks[Int(block)].references -= 1
            guard blocks[Int(block)].references == 0 else { continue }
            if blocks[Int(block)].name == nil { reusable.pushFront(block) } else { reusable.pushBack(block) }
        }
    }

    /// Forgets every cached prefix; blocks in use keep their holders and lose their names.
    package mutating func forgetAll() {
        for block in index.values { blocks[Int(block)].name = nil }
        index.removeAll()
    }

    private mutating func forget(_ block: Int32) {
        guard let name = blocks[Int(block)].name else { return }
        index[name.key] = nil
        blocks[Int(block)].name = nil
    }
}

extension KVCache {
    /// Checks that free + cached + in use = all, that every reference has its holder and that the index and
    /// the blocks agree.
    ///
    /// - Parameter holders: the block tables of all sequences.
    /// - Throws: `IntegrityError` saying what disagrees.
    package func checkIntegrity(holders: [[Int32]]) throws(IntegrityError) {
        var counted = Array(repeating: 0, count: blockCount)
        for block in holders.joined() { counted[Int(block)] += 1 }
        for (number, block) in blocks.enumerated() where block.references != counted[number] {
            throw IntegrityError("block \(number) counts \(block.references) references, \(counted[number]) are held")
        }
        let listed = reusable.elements(limit: blockCount + 1)
        guard listed.count == reusable.count, Set(listed).count == listed.count,
            listed.allSatisfy({ blocks[Int($0)].references == 0 })
        else { throw IntegrityError("the list of reusable blocks is broken") }
        let inUse = counted.count { $0 > 0 }
        guard listed.count + inUse == blockCount else {
            throw IntegrityError("\(listed.count) reusable + \(inUse) in use are not \(blockCount) blocks")
        }
        let named = blocks.count { $0.name != nil }
        guard named == index.count, index.allSatisfy({ blocks[Int($1)].name?.key == $0 }) else {
            throw IntegrityError("\(named) blocks have names, the prefix index has \(index.count)")
        }
    }
}

/// The KV bookkeeping contradicts itself: a fault of the engine, never of a request.
package struct IntegrityError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = "KV cache integrity: " + description }
}
