import InMemoryTracing
import Testing
import Tracing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct SpanTests {
    /// The span of a request is a part of the client's trace, and has its id, its route and its status.
    @Test(arguments: [
        ("/hello/you", "GET /hello/{name}", 200), ("/stream", "GET /stream", 200), ("/broken", "GET /broken", 500),
        ("/x", "GET", 404),
    ])
    func aRequestHasASpan(_ path: String, _ name: String, _ status: Int) async throws {
        try await TestHTTPServer.running { server in
            let trace = "in-memory-trace-id: trace-1\r\nin-memory-span-id: span-1\r\nx-request-id: mine-7\r\n"
            let answer = try await server.get(path + "?key=canary", headers: trace)
            #expect(answer.status == status)
            let span = try #require(server.tracer.finishedSpans.first)
            #expect(span.operationName == name && span.kind == .server)
            #expect(span.traceID == "trace-1" && span.parentSpanID == "span-1")
            #expect(span.attributes.get("http.request.id") == .string("mine-7"))
            #expect(span.attributes.get("http.response.status_code") == .int64(Int64(status)))
            #expect((span.status?.code == .error) == (status >= 500))
            span.attributes.forEach { _, value in #expect(!"\(value)".contains("canary")) }
            #expect(server.tracer.activeSpans.isEmpty && server.tracer.finishedSpans.count == 1)
        }
    }
}
