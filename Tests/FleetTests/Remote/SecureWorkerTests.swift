import Fleet
import FoundationEssentials
import NIOSSL
import OpenAI
import Testing

/// TLS in both directions.
@Suite(.timeLimit(.minutes(10))) struct SecureWorkerTests {
    /// A folder with the certificates as files, for as long as `body` takes.
    private func withFiles<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/gleaner-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [
            ("ca.pem", TestCertificates.authority), ("client.pem", TestCertificates.client),
            ("client.key", TestCertificates.clientKey), ("garbage.pem", "-----BEGIN CERTIFICATE-----\n"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return try await body(folder)
    }

    /// A server that wants a certificate of its clients.
    private static func server() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.server.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.certificateVerification = .noHostnameVerification
        let authorities = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8))
        configuration.trustRoots = .certificates(authorities)
        return configuration
    }

    private func describe(_ tls: WorkerTLS?) async throws -> RemoteDescription {
        try await ScriptedWorker.run(tls: Self.server()) {
            $0.respond(200, GleanerScript.description)
        } test: { server in
            let endpoint = try WorkerEndpoint(server.secureAddress, tls: tls)
            return try await HTTPWorker(endpoint, client: server.client).describe()
        }
    }

    @Test func bothSidesKnowEachOther() async throws {
        try await withFiles { folder in
            let tls = WorkerTLS(
                authorities: "\(folder)/ca.pem", certificate: "\(folder)/client.pem", key: "\(folder)/client.key")
            let description = try await describe(tls)
            #expect(description.worker.id == "w-1")
        }
    }

    @Test func aStrangerIsNoWorker() async throws {
        let failure = await #expect(throws: RemoteFailure.self) { _ = try await describe(nil) }
        guard case .lost = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func withoutACertificateOfOursThereIsNoAnswer() async throws {
        try await withFiles { folder in
            let failure = await #expect(throws: RemoteFailure.self) {
                _ = try await describe(WorkerTLS(authorities: "\(folder)/ca.pem"))
            }
            guard case .lost = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test func settingsThatCannotWork() async throws {
        try await withFiles { folder in
            let address = "https://127.0.0.1:1"
            #expect(throws: EndpointError.halfCertificate) {
                try WorkerEndpoint(address, tls: WorkerTLS(certificate: "\(folder)/client.pem"))
            }
            #expect(throws: EndpointError.tlsWithoutHTTPS("http://127.0.0.1:1")) {
                try WorkerEndpoint("http://127.0.0.1:1", tls: WorkerTLS(authorities: "\(folder)/ca.pem"))
            }
            for name in ["missing.pem", "garbage.pem"] {
                let path = "\(folder)/\(name)"
                let error = #expect(throws: EndpointError.self) {
                    try WorkerEndpoint(address, tls: WorkerTLS(authorities: path))
                }
                guard case .unreadable(path, _) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
        }
    }

    @Test(arguments: [
        "", "host:1", "ftp://host", "http://", "http:///x", "http://:1", "http://a b", "http://u@h", "http://h?x",
        "http://h#x", "http://h\n", "http://ü",
    ])
    func addressesThatAreNone(_ address: String) {
        #expect(throws: EndpointError.badAddress(address)) { try WorkerEndpoint(address) }
    }

    @Test(arguments: ["", "a b", "a\n", "ü"]) func tokensThatAreNone(_ token: String) {
        #expect(throws: EndpointError.badToken) { try WorkerEndpoint("http://h", token: token) }
    }

    @Test func slashesAtTheEndAreNotPartOfAnAddress() throws {
        #expect(try WorkerEndpoint("http://h:1/base//").address == "http://h:1/base")
    }
}
