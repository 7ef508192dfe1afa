import ArgumentParser
import AsyncHTTPClient
import Foundation
import ModelStore
import Yielding

/// Which of the servers of this user on this machine a command is for.
struct ServerSelection: ParsableArguments {
    @Option(help: "Only the server that listens on this port.")
    var port: Int?

    /// Tells the chosen servers something, all at once, and prints a line for each.
    ///
    /// - Parameter line: what to say of a server that did it.
    /// - Throws: when there is no such server, or one did not do it.
    func tell(_ request: ControlRequest, _ line: (YieldStatus) -> String) async throws {
        let home = try StorePlaces.fromEnvironment(ProcessInfo.processInfo.environment).home
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ControlClient.configuration)
        let results = await answers(request, ControlFolder(home: home), ControlClient(http: http))
        try await http.shutdown()
        guard !results.isEmpty else { throw ServerSelectionError.none(port: port) }
        var hasFailed = false
        for result in results {
            switch result {
            case .success(let answer): TerminalOutput.write("\(answer.address): \(line(answer.status))\n")
            case .failure(let error):
                hasFailed = true
                FileHandle.standardError.write(Data("\(error)\n".utf8))
            }
        }
        if hasFailed { throw ExitCode.failure }
    }

    private func answers(
        _ request: ControlRequest, _ folder: ControlFolder, _ client: ControlClient
    ) async -> [Result<ControlAnswer, ControlError>] {
        await withTaskGroup(of: Result<ControlAnswer, ControlError>?.self) { group in
            for socket in folder.sockets() {
                group.addTask { await answer(request, socket, client) }
            }
            return await group.reduce(into: []) { all, result in
                if let result { all.append(result) }
            }
        }
    }

    /// Nil: the server has died, or is not meant.
    private func answer(
        _ request: ControlRequest, _ socket: String, _ client: ControlClient
    ) async -> Result<ControlAnswer, ControlError>? {
        do throws(ControlError) {
            if let port {
                let address = try await client.send(.status, to: socket).address
                guard address.hasSuffix(":\(port)") else { return nil }
            }
            return .success(try await client.send(request, to: socket))
        } catch {
            if error != .nobody { return .failure(error) }
            unlink(socket)
            return nil
        }
    }
}

enum ServerSelectionError: Error, CustomStringConvertible {
    case none(port: Int?)

    var description: String {
        switch self {
        case .none(let port):
            "No 'gleaner serve' of this user runs here\(port.map { " on port \($0)" } ?? "") with this GLEANER_HOME."
        }
    }
}
