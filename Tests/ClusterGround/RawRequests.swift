import AsyncHTTPClient
import JSON
import Kubernetes
import NIOCore
import NIOHTTP1

/// What our own client does not do, on purpose or for want of a reason: a kubelet's last word on a pod, and tokens.
struct RawRequests: Sendable {
    private let access: ClusterAccess
    private let http = HTTPClient(eventLoopGroupProvider: .singleton)

    init(_ access: ClusterAccess) { self.access = access }

    func shutdown() async throws { try await http.shutdown() }

    func post(_ path: String, _ body: JSON) async throws -> JSON { try await send(.POST, path, body) }

    /// The pod's processes are gone: its object may go, too.
    func confirmEnd(of pod: Pod) async throws {
        let path = "/api/v1/namespaces/\(pod.metadata.namespace)/pods/\(pod.metadata.name)"
        let options: JSON = [
            "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
            "preconditions": ["uid": .string(pod.metadata.uid)],
        ]
        _ = try await send(.DELETE, path, options)
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSON) async throws -> JSON {
        var request = HTTPClientRequest(url: access.server.base + path)
        request.method = method
        request.headers.add(name: "content-type", value: "application/json")
        if let token = try access.credential(at: .zero) {
            request.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        request.tlsConfiguration = try access.tls(at: .zero)
        var bytes: [UInt8] = []
        body.append(to: &bytes)
        request.body = .bytes(bytes)
        let answer = try await http.execute(request, timeout: .seconds(30))
        let content = try await answer.body.collect(upTo: 4 << 20)
        // One that is gone or is another by now needs nothing more.
        guard [200, 201, 202, 404, 409].contains(answer.status.code) else {
            throw GroundError.refused("\(method) \(path): \(String(buffer: content).prefix(500))")
        }
        return try JSON.parse(Array(content.readableBytesView))
    }
}
