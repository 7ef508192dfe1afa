import Glibc
import JSON
import Ledger
import NIOCore
import Testing
import WebServer
import WebTestSupport

extension FleetServing {
    /// A client that stops reading harms nobody else, and does not keep what it holds.
    @Suite(.timeLimit(.minutes(10))) struct SlowClientTests {
        /// Several times what the sockets between a gateway and a client with a small buffer hold.
        private static let long = chat("slow", tokens: 4000, [("logprobs", true), ("top_logprobs", 20)])

        /// A buffer of a few kilobytes, and segments so short that the gateway's end gets no large one either.
        private static func makeSmall(_ channel: any Channel) throws {
            try channel.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: 4096)
            let segmentSize = ChannelOptions.Types.SocketOption(
                level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_MAXSEG))
            try channel.syncOptions?.setOption(segmentSize, value: 536)
        }

        @Test func othersAreServedAndItIsCutOff() async throws {
            try await FleetScene.run { scene in
                let worker = try await scene.worker()
                let gateway = try await scene.gateway([worker.url]) {
                    $0.limits.stalledReaderTimeout = .milliseconds(300)
                }
                let body = Self.long.serialized()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let (begun, over) = (Barrier(count: 3), Barrier(count: 3))
                    for _ in 0..<2 {
                        group.addTask {
                            try await Client.connected(to: gateway.port, configure: Self.makeSmall) { client in
                                try await client.post(
                                    chatCompletions, body, headers: "content-type: application/json\r\n")
                                _ = try await client.read(through: "data: ")
                                await begun.wait()
                                // Reads nothing until the others have been served and it was cut off.
                                await over.wait()
                            }
                        }
                    }
                    await begun.wait()
                    let expected = try await BareWorker.transcript(completions, completion("quick"))
                    for _ in 0..<5 {
                        #expect(try await gateway.api.transcript(completions, completion("quick")) == expected)
                    }
                    // All that was held is given back: at the gateway, at the worker, in the ledger.
                    try await eventually { gateway.numRunning == 0 }
                    try await eventually { await worker.numSequences == 0 }
                    try await eventually { gateway.metric("gleaner:settlements_pending") == 0 }
                    await over.wait()
                    try await group.waitForAll()
                }
                let lines = try await scene.usageLines()
                let cut = lines.filter { $0.outcome == .cancelled }
                #expect(
                    lines.count == 7 && cut.count == 2, "\(lines.map { "\($0.outcome) \($0.segment.outputTokens)" })")
                #expect(cut.allSatisfy { 1..<4000 ~= $0.segment.outputTokens }, "what was sent is paid, and no more")
                #expect(try await scene.verified().discrepancy == nil)
            }
        }
    }
}
