package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The way from a controller to gateways: asks one for its report.
package struct FleetReportClient: Sendable {
    /// Where gateways tell it.
    static let path = "/internal/v1/fleet"

    private let client: HTTPClient
    private let token: String?
    private let mostBytes: Int
    private let limit: TimeAmount

    /// Redirects are not followed: the token is for those that were named.
    package static let configuration: HTTPClient.Configuration = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(1)
        return configuration
    }()

    /// - Parameters:
    ///   - token: what gateways ask for.
    ///   - mostBytes: that an answer may have.
    ///   - milliseconds: that it may take.
    package init(_ client: HTTPClient, token: String?, mostBytes: Int, withinMilliseconds milliseconds: Int64 = 2000) {
        self.client = client
        self.token = token
        self.mostBytes = mostBytes
        limit = .milliseconds(milliseconds)
    }

    /// The body of a gateway's answer.
    ///
    /// - Parameter address: `http://host:port` or `https://host:port`.
    package func ask(_ address: String) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: address + Self.path)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        let response = try await client.execute(request, timeout: limit)
        guard response.status == .ok else { throw Refusal(status: Int(response.status.code)) }
        return Array(buffer: try await response.body.collect(upTo: mostBytes))
    }

    /// A gateway does not tell.
    package struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        package let status: Int

        package var description: String {
            switch status {
            case 401: "it asks for another token; start both with the same GLEANER_WORKER_TOKEN"
            case 404: "it tells nothing; start it with GLEANER_WORKER_TOKEN"
            default: "it answered \(status)"
            }
        }
    }
}
