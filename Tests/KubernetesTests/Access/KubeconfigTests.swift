import Foundation
import Kubernetes
import Testing

@Suite struct KubeconfigTests {
    /// Writes files into a folder of the test's own.
    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in files {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(folder.path)
    }

    private static let plain = """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
        - name: here
          cluster: {server: 'https://10.0.0.1:6443/'}
        users:
        - name: me
          user: {token: secret}
        - name: 0x7
          user: {tokenFile: keys/token, token: ignored}
        contexts:
        - name: dev
          context: {cluster: here, user: me, namespace: team}
        - name: filed
          context: {cluster: here, user: 0x7}
        - name: anonymous
          context: {cluster: here}
        - name: yes
          context: {cluster: here, user: null, namespace: 0123}
        """

    private func token(_ access: ClusterAccess) throws -> String? { try access.credential(at: .zero) }

    @Test func theCurrentContextIsTaken() throws {
        try withFiles(["config": Self.plain, "keys/token": " from-file\n"]) { folder in
            let config = try Kubeconfig.read([folder + "/config"])
            let dev = try config.access()
            #expect(dev.server.base == "https://10.0.0.1:6443" && dev.namespace == "team")
            #expect(try token(dev) == "secret")
            #expect(try token(config.access(context: "filed")) == "from-file")
            #expect(try token(config.access(context: "anonymous")) == nil)
            #expect(try config.access(context: "yes").namespace == "0123")
            #expect(throws: AccessError.missing(what: "context", name: "prod", path: "'\(folder)/config'")) {
                try config.access(context: "prod")
            }
        }
    }

    @Test func ofSeveralFilesTheFirstCounts() throws {
        let second = """
            current-context: other
            clusters:
            - name: here
              cluster: {server: https://evil.test}
            - name: there
              cluster: {server: https://there.test}
            users: [{name: me, user: {token: second}}]
            contexts:
            - {name: other, context: {cluster: there, user: me}}
            - {name: dev, context: {cluster: there, user: me}}
            """
        try withFiles(["a": Self.plain, "b/config": second]) { folder in
            let environment = ["KUBECONFIG": "\(folder)/missing::\(folder)/a:\(folder)/b/config"]
            let access = try ClusterAccess.find(environment: environment)
            #expect(access.server.base == "https://10.0.0.1:6443")
            let other = try ClusterAccess.find(context: "other", environment: environment)
            #expect(other.server.base == "https://there.test")
            #expect(try token(other) == "secret")
            let flag = try ClusterAccess.find(kubeconfig: folder + "/b/config", environment: environment)
            #expect(flag.server.base == "https://there.test" && flag.namespace == "default")
            #expect(throws: AccessError.self) {
                try ClusterAccess.find(environment: ["KUBECONFIG": folder + "/missing"])
            }
        }
    }

    @Test(arguments: [
        "insecure-skip-tls-verify: true", "proxy-url: http://proxy.test", "server: http://10.0.0.1",
        "server: ftp://x", "server: https://user@x", "server: 'https://x/?a'", "tls-server-name: 'a b'",
        "certificate-authority-data: '***'", "server: ''",
    ])
    func clustersThatWeDoNotObeyAreRefused(_ line: String) throws {
        let server = line.hasPrefix("server") ? "" : "server: https://x,"
        let text = """
            current-context: c
            clusters: [{name: c, cluster: {\(server) \(line)}}]
            contexts: [{name: c, context: {cluster: c}}]
            """
        try withFiles(["config": text]) { folder in
            let config = try Kubeconfig.read([folder + "/config"])
            let error = #expect(throws: AccessError.self) { _ = try config.access() }
            #expect(error?.description.isEmpty == false)
        }
    }

    @Test(arguments: [
        "exec: {command: aws}", "auth-provider: {name: gcp}", "username: admin", "password: x", "as: root",
        "as-groups: [x]", "client-certificate-data: YQ==", "client-key: /k",
    ])
    func usersThatWeDoNotObeyAreRefused(_ line: String) throws {
        let text = """
            current-context: c
            clusters: [{name: c, cluster: {server: https://x}}]
            users: [{name: u, user: {\(line)}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            """
        try withFiles(["config": text]) { folder in
            let config = try Kubeconfig.read([folder + "/config"])
            #expect(throws: AccessError.self) { _ = try config.access() }
        }
    }

    @Test(arguments: [
        "a: [", "- a", "? [x]\n: y", "\u{0}", "7",
        "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]",
    ])
    func filesThatAreNoneAreRefused(_ text: String) throws {
        try withFiles(["config": text]) { folder in
            #expect(throws: AccessError.self) { _ = try Kubeconfig.read([folder + "/config"]) }
        }
    }

    @Test(arguments: ["", "clusters: 7\ncurrent-context: c\n", "current-context: c\ncontexts: [{name: c}]"])
    func emptyOnesHaveNoContext(_ text: String) throws {
        try withFiles(["config": text]) { folder in
            let config = try Kubeconfig.read([folder + "/config"])
            #expect(throws: AccessError.self) { _ = try config.access() }
        }
    }

    @Test func onlyTheLoopbackMayDoWithoutTLS() throws {
        for good in [
            "http://127.0.0.1:8001", "http://localhost", "http://[::1]:80", "https://x", "https://[fd00::1]:6443/k8s",
        ] {
            #expect(try ServerAddress(good).base == good)
        }
        for bad in [
            "http://127.0.0.1.evil.test", "http://10.0.0.1", "http://127.x.0.1", "https://", "https://:443",
            "https://x:0", "https://x:port",
            "https://x:65536", "https://[::1",
            "https://[]",
        ] {
            #expect(throws: AccessError.self) { try ServerAddress(bad) }
        }
    }

    @Test func noClusterIsSaid() throws {
        #expect(throws: AccessError.noCluster) { try ClusterAccess.find(environment: [:]) }
        #expect(throws: AccessError.noCluster) { try ClusterAccess.find(environment: ["HOME": "/nowhere"]) }
        #expect(throws: AccessError.noCluster) { try ClusterAccess.inCluster(environment: [:]) }
    }

    @Test func aPodHasItsServiceAccount() throws {
        let files = ["token": "t1\n", "namespace": "gleaner\n", "ca.crt": TestCertificates.authority]
        try withFiles(files) { folder in
            let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
            let access = try ClusterAccess.inCluster(environment: environment, folder: folder)
            #expect(access.server.base == "https://[fd00::1]:6443" && access.namespace == "gleaner")
            #expect(try token(access) == "t1")
            #expect(throws: AccessError.self) {
                try ClusterAccess.inCluster(environment: environment, folder: folder + "/none")
            }
        }
    }
}
