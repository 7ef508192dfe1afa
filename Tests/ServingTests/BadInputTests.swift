import JSON
import Synchronization
import Testing

/// Bad input with the real engine behind it: what is wrong is refused, and the streams beside it go on untouched.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BadInputTests {
    private struct Bad: Sendable {
        let path: String
        let body: [UInt8]
        let status: Int

        init(chat body: some Sequence<UInt8>, _ status: Int = 400) {
            (path, self.body, self.status) = ("/v1/chat/completions", Array(body), status)
        }

        init(completion body: String, _ status: Int = 400) {
            (path, self.body, self.status) = ("/v1/completions", Array(body.utf8), status)
        }
    }

    /// A request in which `messages` stands for the list of messages, with members after it.
    private static func request(_ messages: String, _ members: String = "") -> String {
        #"{"model":"\#(DemoServer.model)","messages":\#(messages)\#(members)}"#
    }

    private static func bad() -> [Bad] {
        let hello = #"[{"role":"user","content":"Hi"}]"#
        let texts = [
            "", "{", "nonsense", "[]", String(repeating: "[", count: 100_000), request("[]"), request("7"),
            request(#"[{"role":"robot","content":"Hi"}]"#), request(#"[{"role":"user","content":7}]"#),
            request(hello, #","temperature":NaN"#), request(hello, #","temperature":1e999"#),
            request(hello, #","temperature":-1"#), request(hello, #","top_p":0"#), request(hello, #","n":100000"#),
            request(hello, #","max_tokens":9223372036854775807"#), request(hello, #","stop":[1]"#),
            request(hello, #","logit_bias":{"99999999":1}"#), request(hello, #","frobnicate":1"#),
            request(#"[{"role":"user","content":"\#(String(repeating: "the fox runs ", count: 350_000))"}]"#),
        ]
        let invalid = Array(request(hello).utf8.dropLast(6)) + [0xC3, 0x28, 0xFF] + Array(#""}]}"#.utf8)
        let tokens = String(repeating: "7,", count: 999_999) + "7"
        return texts.map { Bad(chat: $0.utf8) } + [
            Bad(chat: invalid), Bad(completion: #"{"model":"\#(DemoServer.model)","prompt":[\#(tokens)]}"#),
            Bad(completion: #"{"model":"\#(DemoServer.model)","prompt":[99999999]}"#),
            Bad(completion: #"{"model":"nobody","prompt":"x"}"#, 404),
        ]
    }

    @Test func otherStreamsGoOnUntouched() async throws {
        try await DemoServer.run { server in
            let question = chat("Tell me a story about a fox.", [("stream", true)])
            let alone = try await server.stream(question).text
            #expect(!alone.isEmpty)
            let isOver = Flag()
            let (first, begun) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        repeat {
                            let text = try await server.stream(question).text
                            #expect(text == alone)
                            begun.yield()
                        } while !isOver.isSet
                    }
                }
                // The streams follow one another until the last bad request is answered, so that some run beside each.
                _ = await first.first { true }
                for bad in Self.bad() { try await expectRefusal(of: bad, by: server) }
                try await sendHugeBody(to: server)
                isOver.set()
                try await group.waitForAll()
            }
            let failures = try await server.metric("gleaner:kv_integrity_failures_total")
            #expect(failures == 0)
        }
    }

    private func expectRefusal(of bad: Bad, by server: DemoServer) async throws {
        let answer = try await server.post(bad.path, bytes: bad.body)
        let start = String(decoding: bad.body.prefix(120), as: UTF8.self)
        #expect(answer.status == bad.status, "\(start)")
        let error = answer.body["error"]
        #expect(error?["message"]?.string?.isEmpty == false && error?["type"]?.string != nil, "\(start)")
        #expect(answer["x-request-id"] != nil)
    }

    /// 100 MB that are really sent. The server answers long before it has them all.
    private func sendHugeBody(to server: DemoServer) async throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: 100 << 20)
        #expect(try await server.status("/v1/chat/completions", bytes: body) == 413)
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
