import Glibc

/// Prompts of random words, the same for the same seed.
///
/// A prompt begins with words of its own unless a shared prefix is asked for, so that a server's prefix cache
/// does not make it look faster than it is.
package struct PromptSource: Sendable {
    private let seed: UInt64
    private let sharedWords: Int

    package init(seed: UInt64, sharedWords: Int) {
        self.seed = seed
        self.sharedWords = sharedWords
    }

    /// The prompt of request `index`: `words` words, of which the first `sharedWords` are those of every prompt.
    package func prompt(index: Int, words: Int) -> String {
        let shared = min(sharedWords, words)
        var common = SplitMix64(seed: seed)
        // The first draw of another stream: seeds that are neighbours must not give neighbouring streams.
        var mixer = SplitMix64(seed: seed ^ 0x5DEE_CE66_D1CE_1CEB)
        var own = SplitMix64(seed: mixer.next() &+ UInt64(bitPattern: Int64(index)) &* 0x9E37_79B9_7F4A_7C15)
        let start = (0..<shared).map { _ in Self.word(&common) }
        let rest = (shared..<max(words, shared)).map { _ in Self.word(&own) }
        return (start + rest).joined(separator: " ")
    }

    private static func word(_ random: inout SplitMix64) -> String {
        words[Int(random.next() % UInt64(words.count))]
    }

    /// Short and common, so that most tokenizers make one token of each.
    private static let words: [String] = """
        time year people way day man thing woman life child world school state family student group country problem \
        hand part place case week company system program question work government number night point home water room \
        mother area money story fact month lot right study book eye job word business issue side kind head house \
        service friend father power hour game line end member law car city community name president team minute idea \
        body information back parent face others level office door health person art war history party result change \
        morning reason research girl guy moment air teacher force education foot boy age policy music market sense
        """.split(separator: " ").map(String.init)
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in (0, 1].
    mutating func unit() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }
}

/// When requests arrive.
package enum Arrivals {
    /// Seconds from the start at which each of `count` requests is due: a Poisson process of `rate` a second,
    /// whose gaps are exponential (drawn by inversion). All zero without a rate.
    package static func times(count: Int, rate: Double?, seed: UInt64) -> [Double] {
        guard let rate, rate > 0 else { return Array(repeating: 0, count: count) }
        var random = SplitMix64(seed: ~seed)
        var time = 0.0
        return (0..<count).map { _ in
            time -= log(random.unit()) / rate
            return time
        }
    }
}
