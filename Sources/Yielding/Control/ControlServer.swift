import Glibc
import Hummingbird
import JSON
package import Logging
import NIOCore
import ServiceLifecycle

/// Lets the owner of the machine tell the server to yield, by a socket that only this user can reach. It is apart from
/// the port that clients use, so that an order comes through however many of them there are.
package struct ControlServer: Service {
    private let desk: YieldDesk
    private let folder: ControlFolder
    private let address: @Sendable () async throws -> String
    private let log: Logger

    private static let maximumBodyBytes = 4096

    /// - Parameter address: where clients find the server; waits until it is known.
    package init(
        desk: YieldDesk, folder: ControlFolder, log: Logger, address: @escaping @Sendable () async throws -> String
    ) {
        self.desk = desk
        self.folder = folder
        self.address = address
        self.log = log
    }

    /// Listens until it is told to stop. A server that its owner cannot reach serves nevertheless, and says so.
    package func run() async throws {
        do throws(ControlError) {
            try await listen(folder.prepare())
        } catch {
            log.warning("'gleaner yield' will not reach this server: \(error)")
        }
        try? await gracefulShutdown()
    }

    private func listen(_ socket: String) async throws(ControlError) {
        defer { unlink(socket) }
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        do {
            let address = try await address()
            let application = Application(
                router: router(address), configuration: .init(address: .unixDomainSocket(path: socket)),
                logger: quiet)
            try await application.run()
        } catch {
            if !Task.isShuttingDownGracefully, !Task.isCancelled { throw .answer("\(error)") }
        }
    }

    private func router(_ address: String) -> Router<BasicRequestContext> {
        let (router, desk) = (Router(), desk)
        let answer = { @Sendable (status: YieldStatus) in
            Self.response(.ok, ControlAnswer(address: address, status: status).json)
        }
        router.get("/status") { _, _ in answer(await desk.status) }
        router.post("/resume") { _, _ in answer(await desk.resume()) }
        router.post("/yield") { request, _ in
            let body = try await request.body.collect(upTo: Self.maximumBodyBytes)
            guard let json = try? JSON.parse(Array(body.readableBytesView)),
                case .yield(let releasesMemory, let seconds) = ControlRequest.yield(json)
            else { return Self.response(.badRequest, ["error": "this is no order to yield"]) }
            return answer(await desk.order(releasingMemory: releasesMemory, seconds: seconds))
        }
        return router
    }

    private static func response(_ status: HTTPResponse.Status, _ json: JSON) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.serialized())))
    }
}
