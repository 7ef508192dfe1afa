import AsyncHTTPClient
import Engine
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Node
import Synchronization
import Testing
import WebServer

/// The machine is taken by its owner in the middle of answers, and no client loses a word.
@Suite(.serialized, .timeLimit(.minutes(10))) struct YieldTests {
    private static let story = chat(
        "Tell me a story about a fox.",
        [
            ("stream", true), ("ignore_eos", true), ("max_tokens", 200), ("temperature", 1), ("seed", 11),
            ("stream_options", ["include_usage": true]),
        ])

    /// A streamed answer that is read line by line, comments too.
    private struct Lines {
        private var body: HTTPClientResponse.Body.AsyncIterator
        private var rest = ""
        private(set) var text = ""
        private(set) var usage: JSON?
        private(set) var numComments = 0
        private(set) var isDone = false

        init(_ server: DemoServer, _ body: JSON) async throws {
            var request = HTTPClientRequest(url: server.base + "/v1/chat/completions")
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.serialized()))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(600))
            try #require(response.status == .ok)
            self.body = response.body.makeAsyncIterator()
        }

        /// Reads until the condition holds, or the answer ends.
        mutating func read(until condition: (Lines) -> Bool) async throws {
            while !condition(self), let piece = try await body.next() {
                rest += String(buffer: piece)
                var lines = rest.components(separatedBy: "\n")
                rest = lines.popLast() ?? ""
                for line in lines { try take(line) }
            }
        }

        private mutating func take(_ line: String) throws {
            if line.hasPrefix(":") { numComments += 1 }
            guard line.hasPrefix("data: ") else { return }
            let data = String(line.dropFirst(6))
            if data == "[DONE]" { return isDone = true }
            let chunk = try JSON.parse(data)
            try #require(chunk["error"] == nil, "\(data)")
            text += chunk["choices"]?.array?.first?["delta"]?["content"]?.string ?? ""
            if chunk["usage"]?.object != nil { usage = chunk["usage"] }
        }
    }

    private static func health(_ server: DemoServer) async throws -> JSON {
        let request = HTTPClientRequest(url: server.base + "/health")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        #expect(answer.status == .ok)
        return try JSON.parse(Array(try await answer.body.collect(upTo: 1 << 16).readableBytesView))
    }

    @Test(arguments: [false, true]) func aStreamPausesAndGoesOn(releasingMemory: Bool) async throws {
        var limits = ServerLimits()
        limits.keepAliveInterval = .milliseconds(20)
        try await DemoServer.run(limits: limits) { server in
            var whole = try await Lines(server, Self.story)
            try await whole.read { $0.isDone }
            for mark in [1, 60, 400] {
                var lines = try await Lines(server, Self.story)
                try await lines.read { $0.text.count >= mark }
                let paused = await server.worker.pause(releasingMemory: releasingMemory, reason: "a \"game\" runs")
                let times = try #require(paused)
                #expect((times.memorySeconds != nil) == releasingMemory)
                let health = try await Self.health(server)
                #expect(health["status"]?.string == "yielding" && health["reason"]?.string == "a \"game\" runs")
                // Another one comes, and waits like the first; both hear that they are not forgotten.
                var other = try await Lines(server, Self.story)
                let numComments = lines.numComments
                try await lines.read { $0.isDone || $0.numComments >= numComments + 3 }
                try await other.read { $0.isDone || $0.numComments >= 3 }
                #expect(!other.isDone && other.text.isEmpty)
                // On a busy machine the first may have been complete before its reader had seen half of it.
                let waiting = try await server.metric("vllm:num_requests_waiting")
                #expect(waiting == (releasingMemory && !lines.isDone ? 2 : 1))
                server.worker.resume()
                try await lines.read { $0.isDone }
                try await other.read { $0.isDone }
                #expect(lines.text == whole.text && other.text == whole.text)
                #expect(lines.usage?["completion_tokens"] == whole.usage?["completion_tokens"])
                let resumed = try await Self.health(server)
                #expect(resumed == ["status": "ok"])
            }
        }
    }

    /// A server that is told to stop while it yields ends what it cannot finish, with an error that says so.
    @Test func whoIsToldToStopMeanwhileStops() async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .milliseconds(100)
        let answer = Mutex<Task<Int, any Error>?>(nil)
        // The end of the closure is the signal to stop.
        try await DemoServer.run(limits: limits) { server in
            #expect(await server.worker.pause(releasingMemory: true, reason: "a job runs") != nil)
            let task = Task { try await server.post("/v1/chat/completions", chat("Hello!")).status }
            answer.withLock { $0 = task }
            while try await server.metric("vllm:num_requests_waiting") != 1 {}
        }
        #expect(try await answer.withLock { $0 }?.value == 503)
    }
}
