/// Decides whether a machine serves or is left to its owner. Pure: the clock is passed in.
///
/// The owner never waits for a second opinion: a signal that says by itself that it is there stops inference at once.
/// The processor is different, because our own threads keep it busy. Pressure alone says that somebody waits, and with
/// as many threads as cores that is often one of ours; the work of others alone says that they run, and perhaps
/// on cores that we leave free. Only both together, for a while, mean that the owner's work waits for ours. Once we
/// stand still there is no pressure, so that only the work of others can say whether there would be.
///
/// Serving begins again when all signals have been away for the time of rest. Who has to yield again soon after that
/// rests twice as long the next time, so that a job of many short parts is not met with a model that comes and goes.
package struct YieldPolicy: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Threads that compute.
        package var threads: Int
        /// Cores' worth of work that others may have beyond the cores that our threads leave free.
        package var spareCores = 0.5
        /// The part of the time in which somebody waits for a core that counts as pressure.
        package var pressure = 0.1
        /// How long others must have been held up.
        package var holdSeconds = 1.0
        /// How long all signals must have been away.
        package var restSeconds = 10.0
        /// The longest that the time of rest grows to.
        package var longestRestSeconds = 300.0

        package init(threads: Int) { self.threads = threads }
    }

    package enum Decision: Sendable, Equatable {
        case serve
        /// `isOver`: the signal has gone, and the time of rest is running.
        case yield(YieldSignal, text: String, releasesMemory: Bool, isOver: Bool)
    }

    package let limits: Limits
    private var isYielding = false
    /// The plainest signal that was there last.
    private var last: (signal: YieldSignal, text: String) = (.order, "")
    /// When a signal other than an order was there last, in this yield.
    private var lastSeen: Double?
    private var rest: Double
    /// When serving began again after such a signal.
    private var returned: Double?
    /// Since when others have been held up.
    private var heldUpSince: Double?
    private var isProcessorTaken = false

    package init(_ limits: Limits) {
        self.limits = limits
        rest = limits.restSeconds
    }

    package mutating func decide(_ look: MachineLook, now: Double) -> Decision {
        let order = look.order.flatMap { $0.until.map { now >= $0 } == true ? nil : $0 }
        var present = look.present
        present[.processor] = judge(look.processor, now: now)
        if !present.isEmpty { note(now) }
        if order != nil { present[.order] = "gleaner yield" }
        if let plainest = present.min(by: { $0.key < $1.key }) {
            last = (plainest.key, plainest.value)
            isYielding = true
        } else if isYielding, isRested(now) {
            end(now)
        }
        guard isYielding else { return .serve }
        return .yield(
            last.signal, text: last.text, releasesMemory: order?.releasesMemory ?? false, isOver: present.isEmpty)
    }

    /// A signal that nobody ordered is there.
    private mutating func note(_ now: Double) {
        if lastSeen == nil {
            let isSoon = returned.map { now - $0 < rest } ?? false
            rest = isSoon ? min(2 * rest, max(limits.longestRestSeconds, limits.restSeconds)) : limits.restSeconds
        }
        lastSeen = now
    }

    /// What was ordered ends with the order.
    private func isRested(_ now: Double) -> Bool { lastSeen.map { now - $0 >= rest } ?? true }

    private mutating func end(_ now: Double) {
        isYielding = false
        if lastSeen != nil { returned = now }
        lastSeen = nil
    }

    /// What to say of processes that want the processor; nil: there are none.
    private mutating func judge(_ share: ProcessorShare?, now: Double) -> String? {
        guard let share else {
            (heldUpSince, isProcessorTaken) = (nil, false)
            return nil
        }
        let free = Double(max(0, share.cores - limits.threads))
        if isProcessorTaken {
            // Half of what began it: what wavers about the limit is there.
            isProcessorTaken = share.othersCores > free + limits.spareCores / 2
        } else if share.othersCores > free + limits.spareCores, isYielding || share.pressure >= limits.pressure {
            heldUpSince = heldUpSince ?? now
            isProcessorTaken = now - (heldUpSince ?? now) >= limits.holdSeconds
        } else {
            heldUpSince = nil
        }
        guard isProcessorTaken else { return nil }
        heldUpSince = nil
        let tenths = (share.othersCores * 10).rounded() / 10
        return "other processes use \(tenths) of \(share.cores) cores"
    }
}
