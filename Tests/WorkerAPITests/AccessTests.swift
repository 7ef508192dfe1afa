import OpenAI
import TestSupport
import Testing
import WebServer
import WebTestSupport
import WorkerAPI

@Suite(.timeLimit(.minutes(10))) struct AccessTests {
    private static let gets = ["/metrics", "/v1/models", "/gleaner/worker", "/gleaner/load"]
    private static let posts = ["/v1/completions", "/v1/chat/completions", "/tokenize", "/drain"]

    /// Everything but `/health` needs the token, and who has none does not even have the body read.
    @Test func theTokenIsAskedFor() async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker, token: "s3cret") { server in
            for field in [
                "", "authorization: Bearer S3cret\r\n", "authorization: Basic s3cret\r\n", "authorization: s3cret\r\n",
            ] {
                for path in Self.gets {
                    let answer = try await server.get(path, headers: field)
                    #expect(answer.status == 401 && answer["www-authenticate"] == "Bearer", "\(path) \(field)")
                }
                for path in Self.posts {
                    #expect(try await server.post(path, "not read", headers: field).status == 401, "\(path) \(field)")
                }
            }
            #expect(try await server.get("/health").status == 200)
            #expect(worker.prepared.count == 0 && server.server.numRunning == 0)
            let good = "authorization: bearer s3cret\r\n"
            for path in Self.gets where path != "/gleaner/load" {
                #expect(try await server.get(path, headers: good).status == 200, "\(path)")
            }
            #expect(try await server.post("/tokenize", #"{"model":"demo","prompt":"x"}"#, headers: good).status == 200)
        }
    }

    @Test(arguments: ["", " ", "two words", "naïve", "tab\t", "line\n", String(repeating: "x", count: 513)])
    func whatCannotStandInAHeaderIsNoToken(_ text: String) { #expect(BearerToken(text) == nil) }

    /// Equal when and only when the bytes are.
    @Test(arguments: 0..<200 as Range<UInt64>) func comparisonIsExact(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let secret = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            UInt8.random(in: 0x61...0x62, using: &generator)
        }
        let token = try #require(BearerToken(String(decoding: secret, as: UTF8.self)))
        let shown = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            UInt8.random(in: 0x61...0x62, using: &generator)
        }
        #expect(token.isEqual(secret) && token.isEqual(shown) == (shown == secret))
        #expect(!token.isEqual(secret + secret) && !token.isEqual([]))
    }

    @Test func anOpenWorkerIsKnownAsSuch() {
        let inside = ServerSettings(address: ListenAddress(host: "127.0.0.1", port: 0))
        var outside = ServerSettings(address: ListenAddress(host: "0.0.0.0", port: 0))
        #expect(!WorkerConfiguration(server: inside).isOpenToStrangers)
        #expect(WorkerConfiguration(server: outside).isOpenToStrangers)
        #expect(!WorkerConfiguration(server: outside, token: BearerToken("x")).isOpenToStrangers)
        outside.tls = ServerTLS(certificateFile: "c", privateKeyFile: "k")
        #expect(WorkerConfiguration(server: outside).isOpenToStrangers)
        outside.tls?.clientAuthorityFile = "a"
        #expect(!WorkerConfiguration(server: outside).isOpenToStrangers)
    }
}
