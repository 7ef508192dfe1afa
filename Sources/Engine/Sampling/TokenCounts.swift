/// How often each token stands in the prompt and in the output of a sequence; what penalties look at.
package struct TokenCounts: Sendable {
    private(set) var prompt: Set<Int32>
    private(set) var output: [Int32: Int] = [:]

    package init(prompt: some Swift.Sequence<Int32>) { self.prompt = Set(prompt) }

    package mutating func add(_ token: Int32) { output[token, default: 0] += 1 }
}
