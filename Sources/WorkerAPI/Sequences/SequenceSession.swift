import NIOCore
import OpenAI
import Synchronization
import WebServer

/// One gateway's connection that its sequences share: which there are, and which have something to write.
///
/// Nothing is written for a gateway that does not read: what its sequences bring waits in their streams, whose length is
/// that of their answers, until the connection is cut.
final class SequenceSession: Sendable {
    private struct State {
        var sequences: [UInt32: SharedSequence] = [:]
        /// The lowest number that a new sequence may have.
        var next = 0
        /// Those with something to write, in the order in which they had it.
        var ready: [SharedSequence] = []
        var isPulseDue = true
        var wasSilent = false
        /// No sequence is taken any more; it ends with the last one.
        var isEnding = false
        /// The gateway has gone.
        var isGone = false
        var writer: CheckedContinuation<Void, Never>?

        var isOver: Bool { isGone || (isEnding && sequences.isEmpty && ready.isEmpty) }
    }

    private let state = Mutex(State())

    /// More sequences that have not ended than any engine takes: the gateway does not read what becomes of them.
    static let maximumSequences = 1 << 16

    // MARK: Commands

    /// - Throws: when a gateway uses a number again: what came for which could not be told.
    func add(_ sequence: SharedSequence) throws(SessionFault) {
        let fault = state.withLock { state -> SessionFault? in
            guard Int(sequence.number) >= state.next else { return .usedNumber(sequence.number) }
            guard state.sequences.count < Self.maximumSequences else { return .tooManySequences }
            state.next = Int(sequence.number) + 1
            state.sequences[sequence.number] = sequence
            return nil
        }
        if let fault { throw fault }
    }

    /// One that has ended already is nothing to cancel: its last news are under way.
    func cancel(_ number: UInt32) {
        guard let sequence = state.withLock({ $0.sequences[number] }) else { return }
        sequence.cancel()
        note(sequence)
    }

    /// There is something to write of a sequence.
    func note(_ sequence: SharedSequence) { change { $0.ready.append(sequence) } }

    /// Lets the gateway know that the worker lives, unless it heard something since the last call.
    func tick() {
        change { state in
            state.isPulseDue = state.wasSilent
            state.wasSilent = true
        }
    }

    /// Takes no more sequences, and ends with the last one.
    func end() { change { $0.isEnding = true } }

    /// The gateway has gone: nobody waits for anything.
    func leave() {
        let sequences = state.withLock { Array($0.sequences.values) }
        for sequence in sequences { sequence.cancel() }
        change { $0.isGone = true }
    }

    private func change(_ body: (inout State) -> Void) {
        let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
            body(&state)
            guard !state.ready.isEmpty || state.isPulseDue || state.isOver else { return nil }
            return state.writer.take()
        }
        writer?.resume()
    }

    // MARK: Writing

    /// Waits until there is something to write, and gathers it; nil when it is over.
    ///
    /// - Parameters:
    ///   - ended: those whose last news are in what is returned.
    ///   - lastWord: is given the sequences of which only the worker's last word is missing.
    func next(
        ended: inout [SharedSequence], lastWord: (SharedSequence, GenerationStream) -> Void
    ) async -> ByteBuffer? {
        var frames = NewsFrames()
        while true {
            await wait()
            let (ready, isPulseDue, isOver) = state.withLock { state in
                defer { (state.ready, state.isPulseDue) = ([], false) }
                return (state.ready, state.isPulseDue, state.isOver)
            }
            if isOver { return nil }
            gather(ready, &frames, &ended, lastWord)
            if isPulseDue { frames.appendPulse() }
            let bytes = frames.take()
            guard bytes.readableBytes > 0 else { continue }
            state.withLock { $0.wasSilent = false }
            return bytes
        }
    }

    private func gather(
        _ ready: [SharedSequence], _ frames: inout NewsFrames, _ ended: inout [SharedSequence],
        _ lastWord: (SharedSequence, GenerationStream) -> Void
    ) {
        for (place, sequence) in ready.enumerated() {
            guard !frames.isFull else {
                return state.withLock { $0.ready.insert(contentsOf: ready[place...], at: 0) }
            }
            switch sequence.write(to: &frames) {
            case .waiting: break
            case .lastWord(let stream): lastWord(sequence, stream)
            case .over: ended.append(sequence)
            }
        }
    }

    /// The last news of these were written.
    func forget(_ ended: [SharedSequence]) {
        for sequence in ended { sequence.release() }
        change { state in
            for sequence in ended { state.sequences[sequence.number] = nil }
        }
    }

    /// Gives up what is left.
    func close() {
        leave()
        forget(state.withLock { Array($0.sequences.values) })
    }

    private func wait() async {
        await withCheckedContinuation { writer in
            let isReady = state.withLock { state in
                if !state.ready.isEmpty || state.isPulseDue || state.isOver { return true }
                state.writer = writer
                return false
            }
            if isReady { writer.resume() }
        }
    }
}

/// What makes a session useless.
enum SessionFault: Error, Equatable, CustomStringConvertible {
    case usedNumber(UInt32)
    case tooManySequences

    var description: String {
        switch self {
        case .usedNumber(let number): "it started the sequence \(number) after one of the same or a higher number"
        case .tooManySequences: "it has \(SequenceSession.maximumSequences) sequences and starts another one"
        }
    }
}
