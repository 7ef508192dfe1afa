import JSON

/// A member of a profile's JSON: its name, what it may be and where it goes.
struct ProfileMember: Sendable {
    enum Place: Sendable {
        case number(any WritableKeyPath<DeviceProfile, Double> & Sendable, ClosedRange<Double>)
        case count(any WritableKeyPath<DeviceProfile, Int> & Sendable, ClosedRange<Int>)
        case optionalCount(any WritableKeyPath<DeviceProfile, Int?> & Sendable)
    }

    let name: String
    let place: Place
    /// Has no value of its own: the file or its base must say it.
    var isRequired = false

    private static let tiny = 1e-9
    /// Sizes beyond which bookkeeping alone would fill a machine.
    private static let largestKVTokens = 100_000_000

    static let all = [
        ProfileMember(
            name: "prefill_tokens_per_second", place: .number(\.prefillTokensPerSecond, tiny...1e12), isRequired: true),
        ProfileMember(name: "step_seconds", place: .number(\.stepSeconds, 0...3600), isRequired: true),
        ProfileMember(name: "kv_tokens", place: .count(\.kvTokens, 16...largestKVTokens), isRequired: true),
        ProfileMember(name: "step_seconds_per_sequence", place: .number(\.secondsPerSequence, 0...3600)),
        ProfileMember(name: "step_seconds_per_context_token", place: .number(\.secondsPerContextToken, 0...3600)),
        ProfileMember(name: "speed", place: .number(\.speed, 1e-3...1e3)),
        ProfileMember(name: "jitter", place: .number(\.jitter, 0...2)),
        ProfileMember(name: "seed", place: .count(\.seed, .min ... .max)),
        ProfileMember(name: "load_seconds", place: .number(\.loadSeconds, 0...86_400)),
        ProfileMember(name: "context_tokens", place: .count(\.contextTokens, 2...largestKVTokens)),
        ProfileMember(name: "max_sequences", place: .count(\.maximumSequences, 1...100_000)),
        ProfileMember(name: "max_waiting", place: .count(\.maximumWaiting, 1...1_000_000)),
        ProfileMember(name: "batch_tokens", place: .count(\.batchTokens, 1...largestKVTokens)),
        ProfileMember(name: "mean_answer_tokens", place: .number(\.meanAnswerTokens, 1...1e9)),
    ]

    /// Members of `faults`.
    static let faults = [
        ProfileMember(name: "failure_rate", place: .number(\.faults.failureRate, 0...1)),
        ProfileMember(name: "hang_after_steps", place: .optionalCount(\.faults.hangAfterSteps)),
        ProfileMember(name: "exit_after_steps", place: .optionalCount(\.faults.exitAfterSteps)),
    ]

    /// Puts `value` where the member goes.
    func set(_ value: JSON, in profile: inout DeviceProfile) throws(DeviceProfileError) {
        switch place {
        case .number(let path, let range):
            guard let number = value.double else { throw kind(value, "a number") }
            try check(number, range)
            profile[keyPath: path] = number
        case .count(let path, let range):
            guard let count = value.int else { throw kind(value, "a whole number") }
            try check(count, range)
            profile[keyPath: path] = count
        case .optionalCount(let path):
            if value.isNull { return profile[keyPath: path] = nil }
            guard let count = value.int else { throw kind(value, "a whole number or null") }
            try check(count, 0...Int.max)
            profile[keyPath: path] = count
        }
    }

    private func kind(_ value: JSON, _ expected: String) -> DeviceProfileError {
        .kind(member: name, found: value.double == nil ? value.kind : value.serialized(), expected: expected)
    }

    private func check<Value>(_ value: Value, _ range: ClosedRange<Value>) throws(DeviceProfileError) {
        guard !range.contains(value) else { return }
        throw .value(member: name, found: "\(value)", rule: "\(range.lowerBound) to \(range.upperBound)")
    }
}
