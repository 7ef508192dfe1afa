import Fleet
import OpenAI
import Testing

/// Workers that come and go while the gateway runs.
@Suite(.timeLimit(.minutes(10))) struct MembershipTests {
    private func request(_ number: Int) -> GenerationRequest {
        var request = GenerationRequest(id: "r\(number)", model: "demo", prompt: .tokens([[1, 2, Int32(number)]]))
        request.maxTokens = 40
        request.sampling.seed = number
        request.tenant = "acme"
        return request
    }

    private func expected(_ number: Int) -> String { FakeAnswer.text(FakeAnswer(request(number)).tokens) }

    private func join(_ remote: FakeRemote, _ fleet: FakeFleet, as name: String? = nil) -> Bool {
        fleet.worker.join(name ?? remote.name, WorkerPlace(url: "http://\(remote.name)"), remote)
    }

    @Test func aWorkerThatJoinsIsUsed() async throws {
        let (first, second) = (FakeRemote("w0"), FakeRemote("w1"))
        try await FakeFleet.running([first]) { fleet in
            first.die()
            #expect(join(second, fleet))
            let answer = try await fleet.answer(request(1))
            #expect(answer.texts[0] == expected(1) && second.requests.count == 1)
        }
    }

    @Test func aNameIsOneWorkers() async throws {
        let remote = FakeRemote("w0")
        try await FakeFleet.running([]) { fleet in
            #expect(join(remote, fleet) && !join(remote, fleet) && join(remote, fleet, as: "another"))
        }
    }

    /// It is given nothing new, keeps what it has until it goes, and is not asked again afterwards.
    @Test func aWorkerThatIsToGoFinishesWhatItHas() async throws {
        let (leaving, staying) = (FakeRemote("w0", scripts: [.hang(after: 6)]), FakeRemote("w1"))
        try await FakeFleet.running([]) { fleet in
            #expect(join(leaving, fleet))
            while await !fleet.worker.isReady { await Task.yield() }
            async let first = fleet.answer(request(1))
            while leaving.requests.isEmpty { await Task.yield() }
            fleet.worker.expectEnd(of: "w0")
            leaving.reportIdle()
            #expect(join(staying, fleet))
            for number in 2..<8 {
                let answer = try await fleet.answer(request(number))
                #expect(answer.texts[0] == expected(number))
            }
            #expect(leaving.requests.count == 1 && staying.requests.count == 6)
            leaving.die()
            let moved = try await first
            #expect(moved.texts[0] == expected(1) && moved.served.count == 2 && staying.requests.count == 7)
            leaving.revive()
            // Its name is free once it is forgotten.
            while !join(FakeRemote("w2"), fleet, as: "w0") { await Task.yield() }
        }
    }

    /// More than a gateway can tell apart, but never at once. Requests wait for a model whose workers have all gone.
    @Test func placesAreUsedAgain() async throws {
        try await FakeFleet.running([]) { fleet in
            for number in 0..<1100 {
                let remote = FakeRemote("w\(number)")
                while !join(remote, fleet) { await Task.yield() }
                if number % 100 == 0 {
                    while await !fleet.worker.isReady { await Task.yield() }
                    let answer = try await fleet.answer(request(number))
                    #expect(answer.texts[0] == expected(number) && remote.requests.count == 1)
                }
                fleet.worker.expectEnd(of: remote.name)
                remote.die()
            }
            let cards = await fleet.worker.models()
            #expect(cards.map(\.id) == ["demo"])
            async let waiting = fleet.answer(request(7))
            #expect(join(FakeRemote("last"), fleet))
            #expect(try await waiting.texts[0] == expected(7))
        }
    }
}
