import LoadGenerator
import Testing

@Suite struct PlanTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"), ("localhost:8080", "http://localhost:8080/v1"),
        ("https://h/api/v3", "https://h/api/v3"), ("http://h/v1/chat/completions", "http://h/v1"),
        ("http://h/v1/completions/", "http://h/v1"), ("http://[::1]:80/v1", "http://[::1]:80/v1"),
    ])
    func addressesAreWhatPeopleMean(_ text: String, _ expected: String) throws {
        #expect(try ServerAddress(text).description == expected)
    }

    @Test(arguments: [
        "", " ", "http://", "http:///v1", "ftp://h/v1", "http://a b/v1", "http://h/v1?x=1", "http://h/v1#x",
        "http://user:secret@h/v1", "http://h:99999/v1", "http://h:0/v1", "http://h/\r\nX: y", "file:///etc/passwd",
    ])
    func otherAddressesAreRefused(_ text: String) {
        #expect(throws: LoadError.badAddress(text)) { try ServerAddress(text) }
    }

    private func refusal(_ change: (inout LoadPlan) -> Void) throws -> String? {
        var plan = LoadPlan(server: try ServerAddress("h"), seed: 1)
        change(&plan)
        do { try plan.check() } catch { return "\(error)" }
        return nil
    }

    @Test func numbersOutOfRangeAreRefusedByTheirOptionsNames() throws {
        #expect(try refusal { _ in } == nil)
        let cases: [(String, (inout LoadPlan) -> Void)] = [
            ("requests", { $0.requests = 0 }), ("requests", { $0.requests = .max }),
            ("concurrency", { $0.concurrency = 0 }), ("concurrency", { $0.concurrency = 10_001 }),
            ("prompt-tokens", { $0.promptTokens = 0 }), ("shared-prefix", { $0.sharedPrefixTokens = 129 }),
            ("shared-prefix", { $0.sharedPrefixTokens = -1 }), ("max-tokens", { $0.maxTokens = .min }),
            ("warm-up", { $0.warmUpRequests = -1 }), ("timeout", { $0.timeoutSeconds = 0 }),
            ("timeout", { $0.timeoutSeconds = .nan }), ("timeout", { $0.timeoutSeconds = .infinity }),
            ("rate", { $0.requestsPerSecond = 0 }), ("rate", { $0.requestsPerSecond = .infinity }),
            ("temperature", { $0.temperature = -1 }), ("api-key", { $0.apiKey = "" }),
        ]
        for (name, change) in cases {
            #expect(try refusal(change)?.hasPrefix("--\(name) must be ") == true, "\(name)")
        }
    }

    @Test func aBadKeyIsNotRepeated() throws {
        let message = try refusal { $0.apiKey = "hunter2\r\nX-Evil: 1" }
        #expect(message?.contains("api-key") == true && message?.contains("hunter2") == false)
    }
}
