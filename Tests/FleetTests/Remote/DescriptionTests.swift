import Fleet
import JSON
import NIOCore
import NIOHTTP1
import OpenAI
import Synchronization
import Testing

/// What a worker of ours says of itself, its load and its tokens.
@Suite(.timeLimit(.minutes(10))) struct DescriptionTests {
    private typealias Script = GleanerScript

    private func describe(_ text: String) async throws -> RemoteDescription {
        try await ScriptedWorker.run {
            $0.respond(200, text)
        } test: {
            try await $0.worker().describe()
        }
    }

    @Test func aDescription() async throws {
        let description = try await describe(Script.description)
        var card = ModelCard(id: "m", created: 7, contextLength: 100, quantization: "q8_0")
        card.maximumConcurrency = 4
        let model = WorkerDescription.Model(
            card: card, maximumSequences: 4, maximumWaiting: 8, kvTokens: 1024, vocabularySize: 1000)
        let profile = SpeedProfile(prefillTokensPerSecond: 1000, stepSeconds: 0.01)
        #expect(description.worker == WorkerDescription(id: "w-1", kind: "test", models: [model], profile: profile))
        #expect(description.streamsLoad && description.resumesExactly)
    }

    @Test(arguments: [
        ("\"protocol\":1", "\"protocol\":2"), ("\"protocol\":1,", ""), ("\"id\":\"w-1\"", "\"id\":\"\""),
        ("\"id\":\"w-1\"", "\"id\":7"), ("\"context_length\":100", "\"context_length\":0"),
        ("\"context_length\":100", "\"context_length\":1e300"), ("\"max_sequences\":4", "\"max_sequences\":-4"),
        ("\"prefix_chunk_tokens\":64", "\"prefix_chunk_tokens\":16"), ("1000,\"step", "-1,\"step"),
        ("\"models\":[", "\"models\":[{}"), ("}", ""), ("\"kind\":\"test\",", ""),
        ("w-1", "w 1"), ("w-1", "w\\n1"), ("w-1", "ü"), ("w-1", String(repeating: "w", count: 101)),
        ("\"test\"", "\"a\\u001b[2J\""), ("\"test\"", "\"\""), ("\"id\":\"m\"", "\"id\":\"m\\n\""),
        ("\"id\":\"m\"", "\"id\":\"m\\u202e\""), ("\"id\":\"m\"", "\"id\":\"\(String(repeating: "m", count: 201))\""),
        ("q8_0", "q8\\u0000"),
        (
            "[{\"id\"",
            "[{\"id\":\"m\",\"context_length\":9,\"max_sequences\":1,\"max_waiting\":1,\"kv_tokens\":1},{\"id\""
        ),
    ])
    func aDescriptionThatCannotBeTrue(_ old: String, _ new: String) async throws {
        #expect(Script.description.contains(old))
        let failure = await #expect(throws: RemoteFailure.self) {
            _ = try await describe(Script.description.replacing(old, with: new, maxReplacements: 1))
        }
        guard case .broken = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(arguments: [256, 257]) func modelsHaveALimit(_ count: Int) async throws {
        let models = (0..<count).map {
            #"{"id":"Größe \#($0)","context_length":9,"max_sequences":1,"max_waiting":1,"kv_tokens":1}"#
        }
        let text = #"{"protocol":1,"id":"w","kind":"k","models":[\#(models.joined(separator: ","))]}"#
        guard count > 256 else { return #expect(try await describe(text).worker.models.count == count) }
        await #expect(throws: RemoteFailure.broken("it describes 257 models")) { _ = try await describe(text) }
    }

    @Test func theTokenIsSent() async throws {
        let sent = Mutex<String?>(nil)
        try await ScriptedWorker.run { exchange in
            sent.withLock { $0 = exchange.headers.first(name: "authorization") }
            exchange.respond(401, "")
        } test: { server in
            let worker = try server.worker(token: "secret")
            await #expect(throws: RemoteFailure.self) { _ = try await worker.describe() }
        }
        #expect(sent.withLock { $0 } == "Bearer secret")
    }

    // MARK: Load

    private static let model =
        #"{"id":"m","running":2,"waiting":1,"kv_usage":0.5,"#
        + #""prefill_tokens_pending":30,"context_tokens_running":400,"steps":9,"new":null,"#
        + #""prefixes":{"reset":false,"added":["00000000000000ff","ffffffffffffffff"],"removed":["0000000000000001"]}}"#
    private static let report = #"{"sequence":5,"draining":false,"models":["# + model + "]}"
    private static let load = ModelLoad(
        model: "m", running: 2, waiting: 1, kvUsage: 0.5, pendingPrefillTokens: 30, contextTokens: 400, steps: 9)

    @Test func reportsOfLoad() async throws {
        let reports = Mutex<[LoadReport]>([])
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.beginStream()
            exchange.writePart(Script.event(Self.report))
            exchange.writePart(Script.event(#"{"sequence":6,"draining":true,"models":[]}"#))
            exchange.endStream()
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            await #expect(throws: RemoteFailure.lost("its stream of load ended")) {
                try await worker.followLoad { report in reports.withLock { $0.append(report) } }
            }
        }
        let prefixes = PrefixChanges(isReset: true, added: [255, .max], removed: [1])
        #expect(
            reports.withLock { $0 } == [
                LoadReport(isDraining: false, models: [LoadReport.Model(load: Self.load, prefixes: prefixes)]),
                LoadReport(isDraining: true, models: []),
            ])
    }

    @Test func onlyTheFirstReportIsASnapshot() {
        let text = Script.event(Self.report) + Script.event(Self.report.replacing("5,\"dr", with: "6,\"dr"))
        let reading = Reading(GleanerLoad(models: ["m"]), [Array(text.utf8)])
        #expect(reading.elements.map { $0.models[0].prefixes.isReset } == [true, false])
    }

    @Test(arguments: [
        ("\"sequence\":5", "\"sequence\":-1"), ("\"running\":2", "\"running\":-2"), ("0.5", "1.5"), ("0.5", "\"x\""),
        ("ffffffffffffffff", "fffffffffffffff"), ("ffffffffffffffff", "+fffffffffffffff"), ("\"id\":\"m\",", ""),
        ("\"draining\":false", "\"draining\":0"), ("}]}", ""),
    ])
    func aReportThatCannotBeTrue(_ old: String, _ new: String) {
        #expect(Self.report.contains(old))
        let text = Script.event(Self.report.replacing(old, with: new))
        guard case .broken = Reading(GleanerLoad(models: ["m"]), [Array(text.utf8)]).failure else {
            Issue.record("\(new) was taken")
            return
        }
    }

    @Test func onlyWhatWasDescribedIsReported() {
        let text = [UInt8](Script.event(Self.report).utf8)
        #expect(
            Reading(GleanerLoad(models: ["n"]), [text]).failure
                == .broken("it reports the load of the model 'm' and did not describe it"))
        let twice = Self.report.replacing("\"models\":[", with: "\"models\":[" + Self.model + ",")
        #expect(
            Reading(GleanerLoad(models: ["m"]), [Array(Script.event(twice).utf8)]).failure
                == .broken("it reports the load of the model 'm' twice"))
    }

    @Test func aReportThatIsMissing() {
        let text = Script.event(Self.report) + Script.event(Self.report.replacing("5,\"dr", with: "7,\"dr"))
        #expect(
            Reading(GleanerLoad(models: ["m"]), [Array(text.utf8)]).failure
                == .broken("its load jumps from report 5 to 7"))
    }

    @Test func followingEndsWithItsTask() async throws {
        let (begun, closed) = (Signal(), Signal())
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginStream()
            begun.give()
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            let load = Task { try await worker.followLoad { _ in } }
            await begun.wait()
            load.cancel()
            await #expect(throws: RemoteFailure.cancelled) { try await load.value }
            await closed.wait()
        }
    }

    // MARK: Tokens

    private func tokenize(_ prompt: Prompt, _ answer: String, status: Int = 200) async throws -> ([[Int32]], [String]) {
        let bodies = Mutex<[String]>([])
        let tokens = try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            bodies.withLock { $0.append(exchange.path + " " + String(decoding: exchange.body, as: UTF8.self)) }
            exchange.respond(status, answer)
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            return try await worker.tokenize(GenerationRequest(id: "x", model: "m", prompt: prompt))
        }
        return (tokens, bodies.withLock { $0 })
    }

    private static let tokens = #"{"count":2,"max_model_len":100,"tokens":[999,0]}"#

    @Test func tokensOfTexts() async throws {
        let (tokens, bodies) = try await tokenize(.text(["a", "b"]), Self.tokens)
        #expect(tokens == [[999, 0], [999, 0]])
        #expect(
            bodies == [
                #"/tokenize {"model":"m","prompt":"a"}"#, #"/tokenize {"model":"m","prompt":"b"}"#,
            ])
    }

    @Test func tokensOfAChat() async throws {
        var chat = ChatPrompt(messages: [["role": "user"]], tools: [["type": "function"]])
        chat.templateArguments["x"] = 1
        let (tokens, bodies) = try await tokenize(.chat(chat), Self.tokens)
        #expect(tokens == [[999, 0]])
        #expect(
            bodies == [
                #"/tokenize {"model":"m","messages":[{"role":"user"}],"add_generation_prompt":true,"#
                    + #""tools":[{"type":"function"}],"chat_template_kwargs":{"x":1}}"#
            ])
    }

    @Test func tokensAreTheirOwn() async throws {
        let (tokens, bodies) = try await tokenize(.tokens([[1], [2, 3]]), "")
        #expect(tokens == [[1], [2, 3]] && bodies.isEmpty)
    }

    @Test(arguments: [
        "{", "{}", #"{"tokens":[1000]}"#, #"{"tokens":[-1]}"#, #"{"count":3,"tokens":[1]}"#, #"{"tokens":["a"]}"#,
    ])
    func tokensThatCannotBeTrue(_ answer: String) async throws {
        let failure = await #expect(throws: RemoteFailure.self) { _ = try await tokenize(.text(["a"]), answer) }
        guard case .broken = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func aPromptThatIsRefused() async throws {
        let answer =
            #"{"error":{"message":"no template","type":"t","param":"messages","code":"unsupported_prompt"}}"#
        let error = APIError.invalid("no template", param: "messages", code: "unsupported_prompt")
        await #expect(throws: RemoteFailure.refused(error)) {
            _ = try await tokenize(.chat(ChatPrompt(messages: [])), answer, status: 400)
        }
    }
}
