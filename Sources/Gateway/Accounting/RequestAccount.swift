import Ledger
import OpenAI
import Synchronization

/// One running request's side of the ledger. It is settled once: when its handler says how it ended, or when it is
/// dropped.
final class RequestAccount: Sendable {
    /// What was set aside, and what the buyer's limits leave.
    let admission: Admission
    private let delivery: Delivery
    private let accounting: Accounting
    private let isSettled = Atomic<Bool>(false)

    init(admission: Admission, delivery: Delivery, accounting: Accounting) {
        self.admission = admission
        self.delivery = delivery
        self.accounting = accounting
    }

    deinit {
        // The client had gone before its answer began: the handler's body never ran.
        guard !isSettled.exchange(true, ordering: .relaxed) else { return }
        delivery.cancel()
        accounting.settle(delivery, .cancelled)
    }

    var requestID: String { delivery.requestID }

    /// The tier that is really used.
    var tier: ServiceTier { admission.reservation.request.tier }

    func attach(_ stream: GenerationStream) { delivery.attach(stream) }

    /// Takes events into account that were sent to the client.
    func note(_ events: [GenerationEvent]) { delivery.note(events) }

    /// Settles the request, and returns when that is safe, or when it takes too long and is done later.
    func settle(_ outcome: Outcome) async {
        guard !isSettled.exchange(true, ordering: .relaxed) else { return }
        await accounting.settle(delivery, outcome).wait()
    }
}
