import Foundation
import JSON
import Ledger
import PrivatePostgreSQL
import TestSupport
import Testing
import WebTestSupport

/// Neither a prompt nor an answer is ever in the database, the log or the metrics, whatever becomes of the request.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CanaryTests {
    private static let canary = "canary-6d1f0a-zebra"

    @Test func nothingIsInTheFilesOfSQLite() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("canary-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = try DatabaseLocation(folder.appendingPathComponent("ledger.db").path)
        let search = { @Sendable (texts: [String]) in
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                let bytes = try Data(contentsOf: file)
                for text in texts { #expect(bytes.range(of: Data(text.utf8)) == nil, "in \(file.lastPathComponent)") }
            }
        }
        let book = LogBook()
        // While it runs, with the write-ahead log, and after its end.
        try await DemoServer.run(database: place, log: book.logger) { server in
            let texts = try await Self.talk(server)
            try search(texts)
            let metrics = try await server.get("/metrics")
            #expect(metrics.contains("http_requests_total"))
            for text in texts { #expect(!metrics.contains(text) && !book.text.contains(text)) }
        }
        try search([Self.canary])
        #expect(book.text.contains("POST /v1/chat/completions 200") && !book.text.contains(Self.canary))
        #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("ledger.db").path))
    }

    @Test(.enabled(if: PrivatePostgreSQL.isAvailable)) func nothingIsInTheTablesOfPostgreSQL() async throws {
        let cluster = try await PrivatePostgreSQL.shared()
        let database = try await cluster.makeDatabase()
        try await DemoServer.run(database: try DatabaseLocation(cluster.url(of: database))) { server in
            let texts = try await Self.talk(server)
            let names = try await cluster.query(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", in: database)
            #expect(names.contains("usage_lines") && names.contains("idempotency"))
            for table in names.split(separator: "\n") {
                // Bytes are shown as hexadecimal digits.
                let dump = try await cluster.query("SELECT t::text FROM \(table) t", in: database)
                for text in texts {
                    let digits = text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                    #expect(!dump.contains(text) && !dump.contains(digits), "in \(table)")
                }
            }
        }
    }

    /// Whole, streamed, kept for replay, left in the middle, refused; returns what must not be found.
    private static func talk(_ server: DemoServer) async throws -> [String] {
        for more: [(String, JSON)] in [[("stream", true)], []] {
            for headers in [[], [("idempotency-key", "\(canary)-\(more.count)")]] {
                let body = chat("Say \(canary) and tell me of the sea.", more)

                for try await _ in try await server.events(body, headers: headers) {}
            }
        }
        for try await _ in try await server.events(chat(canary, [("stream", true), ("ignore_eos", true)])) { break }
        _ = try await server.post("/v1/chat/completions", chat(canary, [("model", .string(canary))]))
        // An answer that is kept for replay, in clear.
        let kept = try await server.post(
            "/v1/chat/completions", chat("Tell me a story about a fox."), headers: [("idempotency-key", "story")])
        let told = kept.body["choices"]?.array?.first?["message"]?["content"]?.string ?? ""
        #expect(told.count > 40)
        // The last is in every answer that is not sealed, streams too.
        return [canary, String(told.prefix(40)), "chat.completion"]
    }
}
