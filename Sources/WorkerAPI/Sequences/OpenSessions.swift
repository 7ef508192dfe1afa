import Synchronization

/// The connections of gateways that are open, so that a worker that stops can end them.
final class OpenSessions: Sendable {
    private struct State {
        var sessions: [Int: SequenceSession] = [:]
        var nextNumber = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Nil when no more are taken.
    func add(_ session: SequenceSession) -> Ticket? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.nextNumber += 1
            state.sessions[state.nextNumber] = session
            return Ticket(number: state.nextNumber, sessions: self)
        }
    }

    /// Each ends when the last news of its sequences are out.
    func close() {
        let sessions = state.withLock { state in
            state.isClosed = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.end() }
    }

    private func leave(_ number: Int) { state.withLock { $0.sessions[number] = nil } }

    /// The place of one, until it is dropped.
    final class Ticket: Sendable {
        private let number: Int
        private let sessions: OpenSessions

        fileprivate init(number: Int, sessions: OpenSessions) {
            self.number = number
            self.sessions = sessions
        }

        deinit { sessions.leave(number) }
    }
}
