import NIOCore
import NIOSSL
import Testing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    private let files: TestFiles
    private let certificate: String
    private let key: String

    init() throws {
        files = try TestFiles()
        certificate = try files.file(TestCertificates.server)
        key = try files.file(TestCertificates.serverKey)
    }

    /// What a client that trusts the tests' authority puts in front.
    private static func encrypted(
        certificate: String? = nil, key: String? = nil
    ) throws -> @Sendable (any Channel) throws -> Void {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
        if let certificate, let key {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        }
        let context = try NIOSSLContext(configuration: configuration)
        return { channel in
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: "localhost"))
        }
    }

    private static func status(
        _ server: TestHTTPServer, _ configure: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> Int {
        try await Client.connected(to: server.port, configure: configure) { client in
            try await client.get("/hello/you")
            return try await client.response().status
        }
    }

    @Test func connectionsAreEncrypted() async throws {
        let tls = ServerTLS(certificateFile: certificate, privateKeyFile: key)
        try await TestHTTPServer.running(tls: tls) { server in
            let status = try await Self.status(server, Self.encrypted())
            #expect(status == 200)
            await #expect(throws: (any Error).self, "plain HTTP") { try await server.get("/hello/you") }
        }
    }

    /// With an authority for clients only those with one of its certificates are let in.
    @Test func strangersAreKeptOut() async throws {
        let tls = ServerTLS(
            certificateFile: certificate, privateKeyFile: key,
            clientAuthorityFile: try files.file(TestCertificates.authority))
        try await TestHTTPServer.running(tls: tls) { server in
            let good = try Self.encrypted(certificate: TestCertificates.client, key: TestCertificates.clientKey)
            #expect(try await Self.status(server, good) == 200)
            let bad = try Self.encrypted(certificate: TestCertificates.stranger, key: TestCertificates.strangerKey)
            await #expect(throws: (any Error).self) { try await Self.status(server, bad) }
            let nobody = try Self.encrypted()
            await #expect(throws: (any Error).self) { try await Self.status(server, nobody) }
            #expect(try await Self.status(server, good) == 200, "the server lives on")
        }
    }

    /// What is wrong with a file is said before anything listens.
    @Test func badFilesAreNamed() throws {
        let missing = "/no/such/file.pem"
        let empty = try files.file("")
        for (tls, file) in [
            (ServerTLS(certificateFile: missing, privateKeyFile: key), missing),
            (ServerTLS(certificateFile: certificate, privateKeyFile: missing), missing),
            (ServerTLS(certificateFile: empty, privateKeyFile: key), empty),
            (ServerTLS(certificateFile: certificate, privateKeyFile: certificate), certificate),
            (ServerTLS(certificateFile: certificate, privateKeyFile: key, clientAuthorityFile: empty), empty),
        ] {
            let error = #expect(throws: ServerTLSError.self) { try tls.configuration() }
            #expect(error?.file == file && error?.description.contains(file) == true)
        }
    }
}
