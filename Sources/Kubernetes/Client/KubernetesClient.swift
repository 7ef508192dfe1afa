import AsyncHTTPClient
import JSON
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix

/// A client of one cluster's API server. Every wait has a deadline; nothing is tried again behind the caller's back
/// except where it cannot matter.
package final class KubernetesClient: Sendable {
    package let access: ClusterAccess
    package let time: TimeSource
    package let limits: ClientLimits
    let log: Logger
    private let http: HTTPClient

    /// - Parameter group: nil = the process's own.
    package init(
        _ access: ClusterAccess, group: (any EventLoopGroup)? = nil, time: TimeSource = .system,
        limits: ClientLimits = ClientLimits(), log: Logger
    ) {
        self.access = access
        self.time = time
        self.limits = limits
        self.log = log
        http = HTTPClient(
            eventLoopGroupProvider: .shared(group ?? MultiThreadedEventLoopGroup.singleton),
            configuration: Self.configuration(access))
    }

    /// Ends all requests; none can be made any more. It must be called once.
    package func shutdown() async {
        do { try await http.shutdown() } catch { log.debug("The HTTP client's end: \(error)") }
    }

    private static func configuration(_ access: ClusterAccess) -> HTTPClient.Configuration {
        // A redirect would take the token elsewhere.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // With HTTP/2 a dead connection would be shared by all watches and by every try to replace them.
        configuration.httpVersion = .http1Only
        // Each watch keeps a connection of its own.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // Who tries again, and when, is decided above.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        configuration.dnsOverride = access.server.nameOverride
        configuration.http1_1ConnectionDebugInitializer = { KeepAlive.begin(on: $0) }
        return configuration
    }

    // MARK: Requests

    /// Sends a request and reads its whole answer, whatever its status.
    ///
    /// - Parameter limit: for all tries together.
    func exchange(
        _ request: APIRequest, within limit: Duration? = nil, maximumBytes: Int? = nil
    ) async throws(KubernetesError) -> APIAnswer {
        let maximumBytes = maximumBytes ?? limits.objectBytes
        let answer = try await time.within(limit ?? limits.request, "an answer to \(request.method) \(request.path)") {
            try await self.attempts(request, maximumBytes: maximumBytes)
        }
        for warning in answer.headers["warning"].prefix(8) {
            log.warning("The API server warns", metadata: ["warning": "\(Words.excerpt(warning))"])
        }
        return answer
    }

    /// Tries again only what cannot matter: a connection that the server closed while it waited in our pool breaks at
    /// its next use, and a token that was replaced is refused.
    private func attempts(_ request: APIRequest, maximumBytes: Int) async throws -> APIAnswer {
        let token = try access.credential(at: time.monotonic())
        let answer: APIAnswer
        do { answer = try await attempt(request, token, maximumBytes: maximumBytes) } catch {
            let error = KubernetesError(network: error)
            guard request.isRepeatable, case .unreachable = error else { throw error }
            return try await attempt(request, token, maximumBytes: maximumBytes)
        }
        guard answer.code == 401, let other = access.credential(after: token, at: time.monotonic()) else {
            return answer
        }
        return try await attempt(request, other, maximumBytes: maximumBytes)
    }

    private func attempt(_ request: APIRequest, _ token: String?, maximumBytes: Int) async throws -> APIAnswer {
        try await Self.collect(try await head(request, token), maximumBytes: maximumBytes)
    }

    private static func collect(_ response: HTTPClientResponse, maximumBytes: Int) async throws -> APIAnswer {
        var body: [UInt8] = []
        for try await part in response.body {
            guard part.readableBytes <= maximumBytes - body.count else {
                throw KubernetesError.malformed("it is longer than \(maximumBytes) bytes")
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return APIAnswer(code: Int(response.status.code), headers: response.headers, body: body)
    }

    /// Opens an answer that goes on; one that is a refusal is read to its end.
    func open(_ request: APIRequest) async throws(KubernetesError) -> HTTPClientResponse {
        try await time.within(limits.request, "an answer to \(request.method) \(request.path)") {
            let token = try self.access.credential(at: self.time.monotonic())
            let response = try await self.head(request, token)
            if response.status.code == 200 { return response }
            let answer = try await Self.collect(response, maximumBytes: Self.maximumRefusalBytes)
            guard answer.code == 401, let other = self.access.credential(after: token, at: self.time.monotonic()) else {
                throw KubernetesError.refused(answer.refusal)
            }
            let second = try await self.head(request, other)
            if second.status.code == 200 { return second }
            throw KubernetesError.refused(
                try await Self.collect(second, maximumBytes: Self.maximumRefusalBytes).refusal)
        }
    }

    private static let maximumRefusalBytes = 64 << 10

    private func head(_ request: APIRequest, _ token: String?) async throws -> HTTPClientResponse {
        try await http.execute(try make(request, token), deadline: .distantFuture)
    }

    private func make(_ request: APIRequest, _ token: String?) throws(KubernetesError) -> HTTPClientRequest {
        var made = HTTPClientRequest(url: access.server.base + request.path + PercentEncoding.query(request.query))
        made.method = request.method
        made.headers = ["user-agent": "gleaner", "accept": "application/json"]
        if let token { made.headers.add(name: "authorization", value: "Bearer \(token)") }
        do throws(AccessError) { made.tlsConfiguration = try access.tls(at: time.monotonic()) } catch {
            throw .access(error)
        }
        if let body = request.body {
            var bytes: [UInt8] = []
            body.append(to: &bytes)
            made.headers.add(name: "content-type", value: request.contentType)
            made.body = .bytes(bytes)
        }
        return made
    }
}
