import JSON
import Ledger
import Testing

extension FleetServing {
    /// A worker that lies is found out, and the honest one beside it gives the whole answer. Lies in frames are told in the
    /// tests of the connection that sequences share; these are of those that have one each.
    @Suite(.timeLimit(.minutes(10))) struct LyingWorkerTests {
        enum Lie: String, CaseIterable {
            case wrongModel, badJSON, negativeToken, absurdToken, wrongPromptCount, unknownFinish
            case endlessLine, endlessEvents, endlessTokens, endlessComments, noStream, serverError

            /// In everything that the worker says.
            var rewriting: [FaultyProxy.Rewriting] {
                switch self {
                case .wrongModel: [.init(old: #""model":"sim""#, new: #""model":"sin""#)]
                case .badJSON: [.init(old: #""choices":["#, new: #""choices":{"#)]
                case .negativeToken: [.init(old: #""token_ids":[2"#, new: #""token_ids":[-"#)]
                case .wrongPromptCount: [.init(old: #""prompt_tokens":4"#, new: #""prompt_tokens":5"#)]
                case .unknownFinish: [.init(old: #""finish_reason":"length""#, new: #""finish_reason":"weight""#)]
                default: []
                }
            }

            private static let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"

            private static func event(_ ids: String, _ more: String = "") -> String {
                #"data: {"id":"c","object":"text_completion","created":1,"model":"sim","choices":[{"index":0,"text":"a","#
                    + #""token_ids":[\#(ids)],"logprobs":null,"finish_reason":null}]\#(more)}"# + "\n\n"
            }

            /// - Parameter promptTokens: what is right to say first.
            private static func start(_ promptTokens: Int) -> String {
                head
                    + event("", #","gleaner":{"prompt_tokens":\#(promptTokens),"cached_tokens":0}"#)
                    .replacing(#""text":"a""#, with: #""text":"""#)
            }

            /// Instead of an answer to a prompt of so many tokens; nil: the worker's own.
            func answer(_ promptTokens: Int) -> (@Sendable (Int) -> String?)? {
                let start = Self.start(promptTokens)
                let text = Self.event("300", #","gleaner":{"shown":1}"#)
                switch self {
                case .absurdToken: return { $0 == 0 ? start : $0 == 1 ? Self.event("2147483647") : nil }
                case .endlessLine: return { $0 == 0 ? start + "data: " : String(repeating: "x", count: 1 << 16) }
                case .endlessEvents:
                    return { $0 == 0 ? start : Self.event("").replacing(#""text":"a""#, with: #""text":"""#) }
                case .endlessTokens: return { $0 == 0 ? start : text }
                case .endlessComments: return { $0 == 0 ? start : ": still there\n\n" }
                case .noStream: return { $0 == 0 ? "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}" : nil }
                case .serverError: return { $0 == 0 ? "HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\n{}" : nil }
                default: return nil
                }
            }
        }

        /// The prompt's tokens, so that a liar can count them.
        private static let prompt: [Int32] = [300, 301, 302, 303]

        private static func request(_ number: Int) -> JSON {
            let prompt = JSON.array(prompt.map { .int(Int($0)) })
            return completion("", tokens: 60, [("prompt", prompt), ("seed", .int(number))])
        }

        @Test(arguments: Lie.allCases) func theAnswerIsTheHonestWorkers(_ lie: Lie) async throws {
            try await FleetScene.run { scene in
                let honest = try await scene.worker()
                let liar = try await scene.worker()
                let proxy = try await scene.proxy(to: liar, rewriting: lie.rewriting + [.ownConnections]) { _ in
                    lie.answer(Self.prompt.count).map { .answer($0) } ?? .none
                }
                let gateway = try await scene.gateway([honest.url, proxy.url])
                var given: [Transcript] = []
                // One at a time: the first to come to the liar proves the point.
                for number in 0..<60 where proxy.numAnswers == 0 {
                    let transcript = try await gateway.api.transcript(completions, Self.request(number))
                    let expected = try await BareWorker.transcript(completions, Self.request(number))
                    // Tokens that could be right cannot be told from right ones, but there are no more than were asked for.
                    if lie == .endlessTokens {
                        #expect(transcript.isComplete && transcript.completionTokens == 60)
                    } else {
                        #expect(transcript == expected, "\(transcript) instead of \(expected)")
                    }
                    given.append(transcript)
                }
                #expect(proxy.numAnswers > 0 && gateway.metric("gleaner:moves_total") > 0)
                try await scene.expectCharges(given)
            }
        }

        /// What it says of prompts and of its load is no truer than its answers.
        @Test(arguments: [
            (#""tokens":[8"#, #""tokens":[-"#, 2), (#""tokens":["#, #""tokens":{"#, 2),
            (#""count":1"#, #""count":7"#, 2),
            (#""running":0"#, #""running":-"#, 1), (#""sequence":"#, #""sequencx":"#, 1),
            (#""protocol":1"#, #""protocol":2"#, 1), (#""context_length":1"#, #""context_length":-"#, 1),
        ])
        func promptsAndLoadsCanBeLiesToo(_ truth: String, _ lie: String, found: Int) async throws {
            try await FleetScene.run { scene in
                let honest = try await scene.worker()
                let proxy = try await scene.proxy(
                    to: try await scene.worker(), rewriting: [.init(old: truth, new: lie)])
                let gateway = try await scene.gateway([proxy.url, honest.url], ready: found)
                // Whichever it found: the honest one is followed, too.
                try await eventually { honest.registry.sum(of: "http_requests_total", "/gleaner/worker") > 0 }
                var given: [Transcript] = []
                for number in 0..<6 {
                    let request = completion("Who are you, \(number)?", tokens: 30)
                    let transcript = try await gateway.api.transcript(completions, request)
                    let expected = try await BareWorker.transcript(completions, request)
                    #expect(transcript == expected, "\(transcript) instead of \(expected)")
                    given.append(transcript)
                }
                try await scene.expectCharges(given)
            }
        }

        /// A clock that is off harms nobody: times of workers decide nothing.
        @Test func aWorkerFromTheFutureServesLikeAnyOther() async throws {
            try await FleetScene.run { scene in
                let worker = try await scene.worker()
                let created = await worker.created
                let proxy = try await scene.proxy(
                    to: worker,
                    rewriting: [.init(old: #""created":\#(created / 100_000)"#, new: #""created":99999"#)])
                #expect(String(created).count == 10)
                let gateway = try await scene.gateway([proxy.url])
                let models = try JSON.parse(try await gateway.api.get("/v1/models").body)
                let expected = try await BareWorker.transcript(completions, Self.request(1))
                let transcript = try await gateway.api.transcript(completions, Self.request(1))
                #expect(transcript == expected)
                #expect(models["data"]?.array?.first?["created"]?.int.map { $0 > 9_999_900_000 } == true)
                let lines = try await scene.usageLines()
                let nowMs = gateway.ledger.nowMs()
                #expect(lines.count == 1 && lines.allSatisfy { nowMs - 600_000...nowMs ~= $0.endedMs })
                try await scene.expectCharges([transcript])
            }
        }
    }
}
