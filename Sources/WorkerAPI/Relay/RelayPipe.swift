import NIOCore
import Synchronization

/// The bytes of an answer on their way from an engine to a client, one piece at a time: an engine that is faster than
/// its client waits. One task puts, one takes.
final class RelayPipe: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<ByteBuffer?, any Error>)
        case full(ByteBuffer, CheckedContinuation<Void, any Error>)
        case ended((any Error)?)
    }

    private let state = Mutex(State.empty)

    /// Waits until the piece was taken.
    /// - Throws: when nobody takes any more.
    func put(_ piece: ByteBuffer) async throws {
        try await withCheckedThrowingContinuation { putter in
            let taker = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
                switch state {
                case .awaited(let taker):
                    state = .empty
                    return taker
                case .empty: state = .full(piece, putter)
                case .full, .ended: putter.resume(throwing: CancellationError())
                }
                return nil
            }
            guard let taker else { return }
            taker.resume(returning: piece)
            putter.resume()
        }
    }

    /// The next piece; nil at the end.
    /// - Throws: what `end` was given.
    func next() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { taker in
            let putter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                switch state {
                case .full(let piece, let putter):
                    state = .empty
                    taker.resume(returning: piece)
                    return putter
                case .empty: state = .awaited(taker)
                case .awaited: taker.resume(throwing: CancellationError())
                case .ended(let error):
                    if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
                }
                return nil
            }
            putter?.resume()
        }
    }

    /// Nothing more comes, and what was not taken is dropped. Only the first call counts.
    func end(_ error: (any Error)?) {
        state.withLock { state in
            switch state {
            case .ended: return
            case .empty: break
            case .awaited(let taker):
                if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
            case .full(_, let putter): putter.resume(throwing: CancellationError())
            }
            state = .ended(error)
        }
    }
}
