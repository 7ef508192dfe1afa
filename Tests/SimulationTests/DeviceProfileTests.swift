import JSON
import OpenAI
import Simulation
import TestSupport
import Testing

@Suite struct DeviceProfileTests {
    @Test func aStepTakesWhatItsPartsTake() {
        var profile = DeviceProfile(name: "x", prefillTokensPerSecond: 1000, stepSeconds: 0.5, kvTokens: 1024)
        profile.secondsPerSequence = 0.25
        profile.secondsPerContextToken = 0.125
        var shape = StepShape()
        shape.add(tokens: 1, end: 7)  // a decode
        shape.add(tokens: 11, end: 13)  // a chunk of prefill
        #expect(shape == StepShape(sequences: 2, prefillTokens: 10, contextTokens: 20))
        #expect(profile.seconds(for: shape) == 0.5 + 2 * 0.25 + 20 * 0.125 + 0.01)
        profile.speed = 0.5
        #expect(profile.seconds(for: shape) == 2 * (0.5 + 2 * 0.25 + 20 * 0.125 + 0.01))
        #expect(profile.seconds(for: StepShape()) == 1)
    }

    /// The mean of a log-normal of mean 1 over n draws is within 5 standard errors of 1, and so is the deviation of
    /// its logarithm from σ.
    @Test func jitterKeepsTheMean() {
        var profile = DeviceProfile(name: "x", prefillTokensPerSecond: 1, stepSeconds: 1, kvTokens: 16)
        profile.jitter = 0.2
        let count = 20_000
        let times = (0..<count).map { profile.seconds(for: StepShape(), step: $0) }
        let mean = times.reduce(0, +) / Double(count)
        let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect(abs(mean - 1) < 5 * 0.2 / Double(count).squareRoot())
        #expect(abs(variance.squareRoot() - 0.2) < 0.01)
        #expect(times == (0..<count).map { profile.seconds(for: StepShape(), step: $0) })
        var other = profile
        other.seed = 2
        #expect(other.seconds(for: StepShape(), step: 0) != times[0])
    }

    @Test func stepsFailAtTheirRate() {
        var profile = DeviceProfile(name: "x", prefillTokensPerSecond: 1, stepSeconds: 1, kvTokens: 16)
        #expect((0..<1000).allSatisfy { !profile.fails(step: $0) })
        profile.faults.failureRate = 0.1
        let failures = (0..<20_000).count { profile.fails(step: $0) }
        #expect(abs(failures - 2000) < 5 * 43)  // 5 standard deviations
    }

    @Test func everyBuiltInProfileIsOneThatAFileCouldSay() throws {
        #expect(Set(DeviceProfile.builtIn.map(\.name)).count == DeviceProfile.builtIn.count)
        for profile in DeviceProfile.builtIn {
            #expect(try DeviceProfile.load(profile.name) == profile)
            let json: JSON = ["base": .string(profile.name)]
            #expect(try DeviceProfile(json, defaultName: profile.name) == profile)
            #expect(profile.declared.stepSeconds == profile.stepSeconds)
            #expect(profile.batchTokens >= profile.maximumSequences)
        }
    }

    @Test func aFileChangesItsBase() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/slow.json"
        let text = #"{"base":"h100-8b","speed":0.5,"kv_tokens":1024,"faults":{"hang_after_steps":3}}"#
        try folder.write(text, to: "slow.json")
        var expected = try DeviceProfile.named("h100-8b")
        (expected.name, expected.speed, expected.kvTokens, expected.faults.hangAfterSteps) = ("slow", 0.5, 1024, 3)
        #expect(try DeviceProfile.load(path) == expected)
        #expect(expected.declared == (try DeviceProfile.named("h100-8b").declared))
    }

    @Test(arguments: [
        (#"{"prefill_tokens_per_second":1,"step_seconds":1}"#, DeviceProfileError.missing("kv_tokens")),
        (#"[]"#, .kind(member: "profile", found: "an array", expected: "an object")),
        (#"{"base":"h200"}"#, .unknown("h200", known: DeviceProfile.builtIn.map(\.name))),
        (#"{"base":1}"#, .kind(member: "base", found: "a number", expected: "a text of 1 to 100 bytes")),
        (
            #"{"base":"l4-8b","step_seconds":"1"}"#,
            .kind(member: "step_seconds", found: "a string", expected: "a number")
        ),
        (
            #"{"base":"l4-8b","kv_tokens":1.5}"#,
            .kind(member: "kv_tokens", found: "1.5", expected: "a whole number")
        ),
        (#"{"base":"l4-8b","speed":0}"#, .value(member: "speed", found: "0.0", rule: "0.001 to 1000.0")),
        (#"{"base":"l4-8b","step_seconds":-1}"#, .value(member: "step_seconds", found: "-1.0", rule: "0.0 to 3600.0")),
        (#"{"base":"l4-8b","max_sequences":0}"#, .value(member: "max_sequences", found: "0", rule: "1 to 100000")),
        (#"{"base":"l4-8b","faults":[]}"#, .kind(member: "faults", found: "an array", expected: "an object")),
        (
            #"{"base":"l4-8b","faults":{"failure_rate":2}}"#,
            .value(member: "failure_rate", found: "2.0", rule: "0.0 to 1.0")
        ),
        (
            #"{"base":"l4-8b","faults":{"hang":2}}"#,
            .unknownMember("hang", known: ["failure_rate", "hang_after_steps", "exit_after_steps"])
        ),
    ])
    func aBadProfileIsRefusedByTheNameOfItsMember(_ text: String, _ expected: DeviceProfileError) throws {
        let json = try JSON.parse(text)
        #expect(throws: expected) { try DeviceProfile(json, defaultName: "x") }
    }

    @Test func anUnknownMemberIsNamed() throws {
        let error = #expect(throws: DeviceProfileError.self) {
            try DeviceProfile(["base": "l4-8b", "stepseconds": 1], defaultName: "x")
        }
        let start = "A device profile has no 'stepseconds'; it has name, base, faults, prefill_tokens_per_second, "
        #expect("\(try #require(error))".hasPrefix(start))
    }

    @Test func aFileThatIsNotThereOrNotJSONIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("{", to: "broken.json")
        for (path, start) in [
            ("nothing", "There is no device profile 'nothing': use h100-8b, "),
            (folder.path + "/none.json", "The device profile '\(folder.path)/none.json' cannot be read: "),
            (folder.path, "The device profile '\(folder.path)' cannot be read: "),
            (folder.path + "/broken.json", "The device profile '\(folder.path)/broken.json' is not JSON: "),
        ] {
            let error = #expect(throws: DeviceProfileError.self) { try DeviceProfile.load(path) }
            #expect("\(try #require(error))".hasPrefix(start))
        }
    }
}
