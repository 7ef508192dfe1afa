import Foundation
import JSON
import Kubernetes
import NIOHTTP1
import NIOSSL
import Synchronization
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct AuthenticationTests {
    /// - Parameter hasAddress: its certificate is for 127.0.0.1 too, else for other.test alone.
    private static func server(asksForCertificate: Bool, hasAddress: Bool) throws -> NIOSSLContext {
        let (certificate, key) =
            hasAddress
            ? (TestCertificates.server, TestCertificates.serverKey)
            : (TestCertificates.other, TestCertificates.otherKey)
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        if asksForCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func pem(_ text: String) -> Material { .bytes(Array(text.utf8)) }

    /// Asks a server with TLS for a pod; why it failed.
    private func ask(
        _ tls: TLSMaterial, asksForCertificate: Bool = false, hasAddress: Bool = true, tlsName: String? = nil
    ) async throws -> KubernetesError? {
        let context = try Self.server(asksForCertificate: asksForCertificate, hasAddress: hasAddress)
        return try await LoopbackAPI.run(tls: context) { _, answer in
            answer.send(200, Sample.json("p"))
        } _: { api in
            let address = try ServerAddress("https://127.0.0.1:\(api.port)", tlsName: tlsName)
            return try await withClient(ClusterAccess(address, origin: "the test", tls: tls)) { client in
                await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
            }
        }
    }

    @Test func theServersCertificateIsChecked() async throws {
        #expect(try await ask(TLSMaterial(authorities: Self.pem(TestCertificates.authority))) == nil)
        for tls in [try TLSMaterial(authorities: Self.pem(TestCertificates.stranger)), try TLSMaterial()] {
            let error = try await ask(tls)
            guard case .unreachable(let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains("TLS"))
        }
    }

    @Test func theServersNameIsChecked() async throws {
        let tls = try TLSMaterial(authorities: Self.pem(TestCertificates.authority))
        #expect(try await ask(tls, tlsName: "kubernetes.test") == nil)
        #expect(try await ask(tls, hasAddress: false, tlsName: "other.test") == nil)
        #expect(try await ask(tls, hasAddress: false, tlsName: "kubernetes.test") != nil)
        #expect(try await ask(tls, hasAddress: false) != nil)
    }

    @Test func ourCertificateIsShown() async throws {
        let authorities = Self.pem(TestCertificates.authority)
        let known = try TLSMaterial(
            authorities: authorities, certificate: Self.pem(TestCertificates.client),
            key: Self.pem(TestCertificates.clientKey))
        #expect(try await ask(known, asksForCertificate: true) == nil)
        #expect(try await ask(TLSMaterial(authorities: authorities), asksForCertificate: true) != nil)
    }

    @Test func materialThatIsNoneIsSaid() async throws {
        let good = Self.pem(TestCertificates.authority)
        #expect(throws: AccessError.self) { try TLSMaterial(certificate: good) }
        for tls in [
            try TLSMaterial(authorities: .bytes([1, 2])), try TLSMaterial(authorities: .file(WatchedFile("/nowhere"))),
            try TLSMaterial(authorities: good, certificate: good, key: .bytes([])),
        ] {
            let error = try await ask(tls)
            guard case .access = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    /// The old token is refused: the file is read again, and the request is made again, once.
    @Test func aTokenThatRotatesIsReadAgain() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // The file changes in a way that its stamp does not tell: the same size, the same second.
        let time = Date(timeIntervalSince1970: 1_000_000_000)
        try Data("old".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        let valid = Mutex("old")
        let count = Mutex(0)
        try await LoopbackAPI.run { request, answer in
            count.withLock { $0 += 1 }
            let isKnown = request.headers["authorization"] == ["Bearer " + valid.withLock { $0 }]
            isKnown ? answer.send(200, Sample.json("p")) : answer.send(401, ["reason": "Unauthorized"])
        } _: { api in
            try await withClient(of: api, token: .file(WatchedFile(path))) { client in
                _ = try await client.get(.pods, "p", in: "n")
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                try handle.write(contentsOf: Data("new".utf8))
                try handle.close()
                try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
                valid.withLock { $0 = "new" }
                _ = try await client.get(.pods, "p", in: "n")
                valid.withLock { $0 = "other" }
                let before = count.withLock { $0 }
                let error = await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
                #expect(error?.isUnauthorized == true)
                #expect(count.withLock { $0 } == before + 1, "the same token is not shown twice")
            }
        }
    }

    @Test func aWatchToo() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("old".utf8).write(to: URL(filePath: path))
        let (file, opened) = (WatchedFile(path), Inbox<Int>())
        try await LoopbackAPI.run { request, answer in
            if request.headers["authorization"] == ["Bearer new"] {
                answer.begin()
                return answer.end()
            }
            // The token is replaced while the request is on its way.
            try? Data("new".utf8).write(to: URL(filePath: path), options: .atomic)
            answer.send(401, ["reason": "Unauthorized"])
        } _: { api in
            try await withClient(of: api, token: .file(file)) { client in
                try await client.watch(.pods, from: "1", seconds: 300) { opened.put($0.count) }
                #expect(await opened.next() == 0)
            }
        }
    }

    @Test(arguments: ["", "a b", "a\nb", "\u{7F}", "ü"])
    func aTokenThatIsNoneIsNotSent(_ token: String) async throws {
        let error = try await LoopbackAPI.run { _, answer in
            answer.cut()
        } _: { api in
            try await withClient(of: api, token: .bytes(Array(token.utf8))) { client in
                await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
            }
        }
        guard case .access(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(token.isEmpty || !reason.description.contains(token), "no secret stands in a message")
    }
}
