package import OpenAI

/// Many workers in other processes as one: what stands behind a gateway's front door.
///
/// An answer goes on from another worker when its own is drained, killed, hung or cut off; the reader sees a pause.
package final class FleetWorker: Worker {
    package let id: String
    private let members: FleetMembers
    private let dispatcher: Dispatcher

    package init(members: FleetMembers, dispatcher: Dispatcher, id: String) {
        self.members = members
        self.dispatcher = dispatcher
        self.id = id
    }

    package func models() async -> [ModelCard] { members.cards() }

    package var isReady: Bool {
        get async { members.isAnyReady }
    }

    package func counters() async -> WorkerCounters? { nil }

    package func standing(of requestID: String, tenant: String) async -> RequestStanding? {
        dispatcher.standing(of: requestID, tenant: tenant)
    }

    package func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        guard let model = members.model(request.model) else { throw .modelNotFound(request.model) }
        let prompts = try await tokenize(request)
        return try PreparedFleetRequest(
            request, prompts: prompts, contextLength: model.contextLength, dispatcher: dispatcher)
    }

    /// Any worker that has the model can tell its tokens; while there is none, the request waits as it would for a place.
    private func tokenize(_ request: GenerationRequest) async throws(APIError) -> [[Int32]] {
        if case .tokens(let prompts) = request.prompt { return prompts }
        let end = dispatcher.latestStart(of: request)
        while true {
            if let prompts = try await askForTokens(request) { return prompts }
            let left = end - dispatcher.now()
            guard left > 0, !Task.isCancelled else {
                throw .unavailable("No worker has the model '\(request.model)' ready now; try again.")
            }
            await members.waitForArrival(atMost: min(left, Self.retrySeconds))
        }
    }

    /// A worker that is there and did not answer is asked again after so long.
    private static let retrySeconds = 0.25

    /// - Returns: nil when no worker answered.
    private func askForTokens(_ request: GenerationRequest) async throws(APIError) -> [[Int32]]? {
        for member in members.ready(for: request.model) {
            do {
                return try await member.remote.tokenize(request)
            } catch RemoteFailure.refused(let error) {
                throw error
            } catch {
                continue
            }
        }
        return nil
    }
}

extension FleetWorker {
    /// How late a request that waited too long is told.
    private static let interval = Duration.milliseconds(50)
    private static let reportInterval = Duration.seconds(1)

    /// Watches the workers and keeps the queues moving until the task is cancelled.
    package func run(clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [members, dispatcher] in await members.watch(dispatcher.listener) }
            group.addTask { [dispatcher] in
                while (try? await clock.sleep(for: Self.interval)) != nil { dispatcher.pumpAll() }
            }
            group.addTask { [dispatcher] in
                while (try? await clock.sleep(for: Self.reportInterval)) != nil { dispatcher.observe() }
            }
        }
    }
}
