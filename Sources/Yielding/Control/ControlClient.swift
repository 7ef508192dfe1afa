package import AsyncHTTPClient
import Glibc
import JSON
import NIOCore
import NIOHTTP1

/// Tells servers on this machine something.
package struct ControlClient: Sendable {
    private let http: HTTPClient

    /// Longer than any yield takes, and than a machine under load needs to answer.
    private static let deadline = TimeAmount.seconds(60)
    private static let maximumAnswerBytes = 64 << 10

    /// What its HTTP client should be: who does not listen now will not in a moment either.
    package static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    package init(http: HTTPClient) { self.http = http }

    /// - Parameter socket: the path of a server's socket.
    package func send(_ request: ControlRequest, to socket: String) async throws(ControlError) -> ControlAnswer {
        let answer: (status: HTTPResponseStatus, body: [UInt8])
        do {
            let response = try await http.execute(try message(request, socket), timeout: Self.deadline)
            let body = try await response.body.collect(upTo: Self.maximumAnswerBytes)
            answer = (response.status, Array(body.readableBytesView))
        } catch {
            if isNobody(error) { throw .nobody }
            throw .answer("\(error)")
        }
        guard answer.status == .ok, let json = try? JSON.parse(answer.body), let known = ControlAnswer(json) else {
            throw .answer(String(decoding: answer.body.prefix(300), as: UTF8.self))
        }
        return known
    }

    private func message(_ request: ControlRequest, _ socket: String) throws -> HTTPClientRequest {
        let host = socket.utf8.map { byte in
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count < 2 ? "0" : "") + hex
        }
        var message = HTTPClientRequest(url: "http+unix://\(host.joined())\(request.path)")
        if request != .status { message.method = .POST }
        if let body = request.body { message.body = .bytes(ByteBuffer(string: body.serialized())) }
        return message
    }

    private func isNobody(_ error: any Error) -> Bool {
        (error as? IOError).map { [ECONNREFUSED, ENOENT].contains($0.errnoCode) } ?? false
    }
}
