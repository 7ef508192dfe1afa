import Routing
import Testing

@Suite struct PrefixChainTests {
    private let chain = PrefixChain(salt: "acme")
    private let tokens = (0..<1000).map { Int32($0 * 7) }

    @Test func eachFullChunkHasADigest() {
        for count in [0, 1, 63, 64, 65, 127, 128, 1000] {
            #expect(chain.digests(of: tokens.prefix(count)).count == count / PrefixChain.chunkTokens)
        }
    }

    @Test func equalPrefixesHaveEqualDigestsUpToTheFirstDifference() {
        let digests = chain.digests(of: tokens)
        for place in [0, 63, 64, 500, 959] {
            var other = tokens
            other[place] += 1
            let others = chain.digests(of: other)
            let equal = zip(digests, others).prefix { $0 == $1 }.count
            #expect(equal == place / PrefixChain.chunkTokens)
            #expect(zip(digests, others).dropFirst(equal).allSatisfy { $0 != $1 })
        }
    }

    @Test func aSaltSharesNothing() {
        let others = Set(PrefixChain(salt: "acme ").digests(of: tokens) + PrefixChain(salt: "").digests(of: tokens))
        #expect(others.isDisjoint(with: chain.digests(of: tokens)))
    }

    @Test func extendingIsTheSameAsStartingOver() {
        var digests: [UInt64] = []
        for end in stride(from: 0, through: tokens.count, by: 37) {
            chain.extend(&digests, over: tokens[..<end])
            #expect(digests == chain.digests(of: tokens[..<end]))
        }
    }

    @Test func noTwoOfManyDigestsAreEqual() {
        let all = (0..<200).flatMap { salt in PrefixChain(salt: "\(salt)").digests(of: tokens) }
        #expect(Set(all).count == all.count)
    }
}
