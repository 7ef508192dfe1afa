/// How fast workers of a kind claim to be: what is predicted before anything was measured.
package struct DeclaredSpeed: Sendable, Equatable {
    let secondsPerPromptToken: Double
    let stepSeconds: Double
    let secondsPerSequence: Double
    let secondsPerContextToken: Double

    /// A step takes `stepSeconds + sequences * secondsPerSequence + contextTokens * secondsPerContextToken`, and each
    /// prompt token in it a part of `prefillTokensPerSecond`. Nonsense is brought into range.
    package init(
        prefillTokensPerSecond: Double, stepSeconds: Double, secondsPerSequence: Double = 0,
        secondsPerContextToken: Double = 0
    ) {
        let rate = prefillTokensPerSecond > 0 ? prefillTokensPerSecond : 1
        secondsPerPromptToken = min(max(1 / rate, 1e-9), 10)
        self.stepSeconds = min(max(Bounds.seconds(stepSeconds), Bounds.shortestSeconds), 100)
        self.secondsPerSequence = min(Bounds.seconds(secondsPerSequence), 10)
        self.secondsPerContextToken = min(Bounds.seconds(secondsPerContextToken), 1)
    }

    /// The middle of what there is, for a kind of which nothing is known.
    static let neutral = DeclaredSpeed(
        prefillTokensPerSecond: 5000, stepSeconds: 0.02, secondsPerSequence: 2e-4, secondsPerContextToken: 1e-7)
}
