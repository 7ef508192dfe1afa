import CoreMetrics
import Fleet
import JSON
import Logging
import OpenAI
import Synchronization
import Testing

/// Two engines that tell no token ids, over real connections: the first to be asked is lost in the middle.
@Suite(.timeLimit(.minutes(10))) struct EngineContinuityTests {
    /// Both engines, whichever is asked: what they say until they are cut off, and what one makes of the rest.
    private final class Script: Sendable {
        private let answers: Mutex<[(text: String, isWhole: Bool)]>
        private let bodies = Mutex<[String: [JSON]]>([:])
        private let tokenization: String

        init(_ cut: [String]..., whole: [String], tokenization: String) {
            let broken = cut.map { (text: $0.map(GleanerScript.event).joined(), isWhole: false) }
            answers = Mutex(broken + [(EngineScript.events(whole), true)])
            self.tokenization = tokenization
        }

        subscript(path: String) -> [JSON] { bodies.withLock { $0[path] ?? [] } }

        func answer(_ exchange: ScriptedExchange) {
            let body = try? JSON.parse(exchange.body)
            bodies.withLock { $0[exchange.path, default: []] += body.map { [$0] } ?? [] }
            switch exchange.path {
            case "/v1/models":
                exchange.respond(200, EngineScript.models("llamacpp", #""meta":{"n_vocab":1000,"n_ctx_train":512}"#))
            case "/props": exchange.respond(200, EngineScript.llamaProps)
            case "/metrics": exchange.respond(200, "llamacpp:requests_processing 0\n")
            case "/tokenize": exchange.respond(200, tokenization)
            case "/v1/completions": stream(exchange)
            default: exchange.respond(404, "{}")
            }
        }

        private func stream(_ exchange: ScriptedExchange) {
            let next = answers.withLock { $0.isEmpty ? ("", true) : $0.removeFirst() }
            exchange.beginStream()
            exchange.writePart(next.0)
            if next.1 { exchange.endStream() } else { exchange.close() }
        }
    }

    private func answer(_ script: Script, stop: [String] = []) async throws -> FakeFleet.Answer {
        try await ScriptedWorker.run({ script.answer($0) }) { first in
            try await ScriptedWorker.run({ script.answer($0) }) { second in
                let workers = try [first, second].map { server in
                    (WorkerPlace(url: server.address, pool: "p"), try server.worker() as any RemoteWorker)
                }
                var request = GenerationRequest(id: "r", model: "m", prompt: .tokens([[1, 2, 3]]))
                request.maxTokens = 10
                request.stop = stop
                request.sampling.seed = 7
                return try await FakeFleet.running(workers) { [request] fleet in
                    try await FakeFleet.answer(request, of: fleet)
                }
            }
        }
    }

    @Test func theNextEngineIsAskedBehindTheTextAndForTheRest() async throws {
        let script = Script(
            [EngineScript.llama("Hi", 1), EngineScript.llama("é", 3)],
            whole: [EngineScript.llama("!", 1), EngineScript.llama("", 2, finish: "\"stop\"")],
            tokenization: #"{"tokens":[7,8]}"#)
        let answer = try await answer(script)
        #expect(answer.error == nil && answer.texts == [0: "Hié!"] && answer.finished == [0])
        #expect(answer.counts == [0: 5] && !answer.hasFallingCounts && answer.promptTokens == 3)
        #expect(answer.served.map(\.began) == [.first, .text] && answer.served.map(\.replayedTokens) == [0, 3])
        #expect(script["/tokenize"] == [["content": "Hié", "add_special": false, "parse_special": false]])
        let asked = script["/v1/completions"]
        #expect(asked.map { $0["prompt"] } == [[1, 2, 3], [1, 2, 3, 7, 8]])
        #expect(asked.map { $0["max_tokens"] } == [10, 7] && asked.map { $0["seed"] } == [7, 7])
    }

    /// An engine sent the beginning of a stop text before it knew, and the next one sees only what is behind it.
    @Test(arguments: [
        (next: ["##", " x"], rest: "", count: 3), (next: ["#", "#x"], rest: "", count: 4),
        (next: ["#x"], rest: "#x", count: 7), (next: ["y###z"], rest: "y###z", count: 7),
    ])
    func aStopTextIsFoundOverTheSeam(_ next: [String], _ rest: String, _ count: Int) async throws {
        let chunks = next.enumerated().map { EngineScript.llama($1, $0 + 1) }
        let script = Script(
            [EngineScript.llama("Hi#", 2)], whole: chunks + [EngineScript.llama("", 5, finish: "\"length\"")],
            tokenization: #"{"tokens":[7]}"#)
        let answer = try await answer(script, stop: ["###"])
        #expect(answer.error == nil && answer.texts == [0: "Hi#" + rest] && answer.finished == [0])
        #expect(answer.counts == [0: count] && !answer.hasFallingCounts)
    }

    /// What one engine sent and nobody was shown is not there for the next.
    @Test func whatWasHeldBackAtTheSeamIsMadeAnew() async throws {
        let script = Script(
            [EngineScript.llama("Hi#", 2)], [EngineScript.llama("#", 1)],
            whole: [EngineScript.llama("#x", 1), EngineScript.llama("", 1, finish: "\"length\"")],
            tokenization: #"{"tokens":[7]}"#)
        let answer = try await answer(script, stop: ["###"])
        #expect(answer.error == nil && answer.texts == [0: "Hi##x"] && answer.counts == [0: 3])
        #expect(answer.served.map(\.began) == [.first, .text, .text])
    }

    @Test func anEngineWithoutATokenizerEndsItOpenly() async throws {
        let script = Script([EngineScript.llama("Hi", 1)], whole: [], tokenization: #"{"tokens":"none"}"#)
        let answer = try await answer(script)
        #expect(answer.error?.code == "answer_cut_off" && answer.texts == [0: "Hi"] && answer.counts == [0: 1])
    }
}
