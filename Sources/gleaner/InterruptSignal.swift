@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Ctrl-C while a program converses: it cancels the answer that runs, and does not end the program in between.
final class InterruptSignal: Sendable {
    private let running = Mutex<(@Sendable () -> Void)?>(nil)
    private let whenIdle: @Sendable () -> Void
    private let source: any DispatchSourceSignal

    /// - Parameter whenIdle: called when nothing runs that an interrupt could cancel.
    init(whenIdle: @escaping @Sendable () -> Void = {}) {
        self.whenIdle = whenIdle
        signal(SIGINT, SIG_IGN)  // the source below sees it instead
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [running = WeakBox(self)] in running.value?.interrupt() }
        source.resume()
    }

    deinit {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }

    /// The value of `task`, which an interrupt cancels.
    func cancelling<Value: Sendable>(_ task: Task<Value, Never>) async -> Value {
        running.withLock { $0 = { task.cancel() } }
        defer { running.withLock { $0 = nil } }
        return await task.value
    }

    private func interrupt() { (running.withLock { $0 } ?? whenIdle)() }
}

/// Lets the signal's handler, which outlives every scope, see its owner without keeping it.
private final class WeakBox: @unchecked Sendable {
    weak var value: InterruptSignal?
    init(_ value: InterruptSignal) { self.value = value }
}
