/// A regular expression as instructions for `PatternMachine`.
package struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes one scalar of the set.
        case take(ScalarSet)
        /// Goes on at both places; the first counts more.
        case fork(Int, Int)
        case jump(Int)
        /// Goes on when the next scalar is, or is not, in the set.
        case next(ScalarSet, isIn: Bool)
        case textStart
        case textEnd
        case lineStart
        case lineEnd
        case match
    }

    private static let mostInstructions = 4096
    /// Nodes visited, repetitions of nothing included.
    private static let mostNodes = 65_536

    private(set) var instructions: [Instruction] = []
    private let source: String
    private var nodes = 0

    /// - Throws: `TokenizerError.unsupportedPattern`
    package init(_ source: String) throws(TokenizerError) {
        try self.init(try PatternParser.parse(source), source: source)
    }

    /// - Throws: `TokenizerError.unsupportedPattern` for a pattern that grows too large, or repeats
    ///   possessively what is more than one character.
    init(_ node: PatternNode, source: String) throws(TokenizerError) {
        self.source = source
        try append(node)
        instructions.append(.match)
    }

    private mutating func append(_ node: PatternNode) throws(TokenizerError) {
        nodes += 1
        guard instructions.count < Self.mostInstructions, nodes < Self.mostNodes else {
            throw error("it repeats too much")
        }
        switch node {
        case .set(let set): instructions.append(.take(set))
        case .sequence(let nodes): for node in nodes { try append(node) }
        case .either(let nodes): try append(either: nodes[...])
        case .repeated(let node, let minimum, let maximum, let greed):
            try append(node, minimum, maximum, greed)
        case .next(let set, let isIn): instructions.append(.next(set, isIn: isIn))
        case .textStart: instructions.append(.textStart)
        case .textEnd: instructions.append(.textEnd)
        case .lineStart: instructions.append(.lineStart)
        case .lineEnd: instructions.append(.lineEnd)
        }
    }

    private mutating func append(either nodes: ArraySlice<PatternNode>) throws(TokenizerError) {
        var exits: [Int] = []
        for node in nodes.dropLast() {
            let fork = reserve()
            try append(node)
            exits.append(reserve())
            instructions[fork] = .fork(fork + 1, instructions.count)
        }
        if let last = nodes.last { try append(last) }
        for exit in exits { instructions[exit] = .jump(instructions.count) }
    }

    private mutating func append(
        _ node: PatternNode, _ minimum: Int, _ maximum: Int?, _ greed: PatternNode.Greed
    ) throws(TokenizerError) {
        for _ in 0..<minimum { try append(node) }
        let guardSet = try possessiveSet(node, greed)
        if let maximum {
            var forks: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                forks.append(reserve())
                try append(node)
            }
            // Taking all that it may, a possessive repetition ends freely; before that only where it must.
            let full = guardSet == nil || maximum == minimum ? nil : Optional(reserve())
            let exit = instructions.count
            if let guardSet { instructions.append(.next(guardSet, isIn: false)) }
            if let full { instructions[full] = .jump(instructions.count) }
            for fork in forks { instructions[fork] = self.fork(fork + 1, exit, greed) }
        } else {
            let fork = reserve()
            try append(node)
            instructions.append(.jump(fork))
            instructions[fork] = self.fork(fork + 1, instructions.count, greed)
            if let guardSet { instructions.append(.next(guardSet, isIn: false)) }
        }
    }

    /// A possessive repetition never gives back: it ends only before what it could not take.
    private func possessiveSet(
        _ node: PatternNode, _ greed: PatternNode.Greed
    ) throws(TokenizerError) -> ScalarSet? {
        guard greed == .possessive else { return nil }
        guard case .set(let set) = node else {
            throw error("possessive repetition is only supported for one character")
        }
        return set
    }

    private func fork(_ body: Int, _ exit: Int, _ greed: PatternNode.Greed) -> Instruction {
        greed == .lazy ? .fork(exit, body) : .fork(body, exit)
    }

    /// Keeps a place for an instruction whose target is not known yet.
    private mutating func reserve() -> Int {
        instructions.append(.jump(0))
        return instructions.count - 1
    }

    private func error(_ reason: String) -> TokenizerError {
        .unsupportedPattern(source, at: 0, reason: reason)
    }
}
