import JSON
import Testing

extension FleetServing {
    /// Through the gateway comes what the bare worker says, token for token.
    @Suite(.timeLimit(.minutes(10))) struct SameAnswerTests {
        @Test func theAnswerIsTheWorkers() async throws {
            try await FleetScene.run { scene in
                let gateway = try await scene.gateway([try await scene.worker().url])
                var (streams, answers): ([Transcript], [APIClient.Answer]) = ([], [])
                for (path, body) in Requests.all {
                    let expected = try await BareWorker.transcript(path, body)
                    let streamed = try await gateway.api.transcript(path, body)
                    #expect(streamed == expected, "\(streamed) instead of \(expected)")
                    let answer = try await gateway.api.post(path, whole(body))
                    #expect(Transcript(whole: answer.body) == expected)
                    #expect(Transcript(whole: try await BareWorker.api.post(path, whole(body)).body) == expected)
                    streams.append(streamed)
                    answers.append(answer)
                }
                try await scene.expectCharges(streams, answers)
            }
        }

        /// Halves of characters are really in these answers, and stop texts really end them.
        @Test func theRequestsMeetWhatTheyAreFor() async throws {
            let first = try await BareWorker.transcript(completions, Requests.all[0].body)
            #expect(["é", "…", "🙂"].contains { first.choices[0]?.text.contains($0) == true })
            let stopped = try await BareWorker.transcript(completions, Requests.all[4].body)
            #expect(stopped.choices.count == 3 && stopped.choices.values.allSatisfy { $0.finish == "stop" })
        }

        @Test func refusalsAreTheWorkersToo() async throws {
            try await FleetScene.run { scene in
                let gateway = try await scene.gateway([try await scene.worker().url])
                let bad: [(JSON, status: Int)] = [
                    (completion("x", [("model", "none")]), 404), (completion("x", tokens: 20_000), 400),
                    (completion("x", [("temperature", -1)]), 400), (completion("x", [("prompt", [5_000])]), 400),
                    (completion("x", [("prompt", [])]), 400),
                    (completion("x", [("logit_bias", ["5000": 1])]), 400),
                ]
                for (body, status) in bad {
                    let answer = try await gateway.api.post(completions, whole(body))
                    let bare = try await BareWorker.api.post(completions, whole(body))
                    #expect(answer.status == status && bare.status == status, "\(body) \(answer.body) \(bare.body)")
                    #expect(answer.body == bare.body)
                }
                // What gateways say to workers is not for clients.
                for name in ["gleaner_resume", "cache_salt", "return_token_ids", "priority"] {
                    let answer = try await gateway.api.post(completions, completion("x", [(name, 1)]))
                    #expect(
                        answer.status == 400 && answer.body["error"]?["code"]?.string == "unknown_parameter", "\(name)")
                }
            }
        }
    }
}
