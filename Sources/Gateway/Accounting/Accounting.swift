import Ledger
import Logging
import OpenAI
import Synchronization
import WebServer

/// The front door's way to the ledger: admits requests, and keeps the books of those that run.
final class Accounting: Sendable {
    let ledger: Ledger
    let desk: SettlementDesk
    /// Who serves what no event says of.
    private let worker: ServingWorker
    private let logger: Logger
    /// What runs, or waits for its settlement; by request.
    private let open = Mutex<[String: Delivery]>([:])
    private let spentRates = SpentRates()

    /// Notes that go to the ledger at once: an admission that comes meanwhile waits for no more than these.
    private static let notesAtOnce = 64

    init(ledger: Ledger, desk: SettlementDesk, worker: ServingWorker, logger: Logger) {
        self.ledger = ledger
        self.desk = desk
        self.worker = worker
        self.logger = logger
    }

    /// Refuses what admission is sure to refuse, before any work is done on the prompt.
    /// - Throws: `RequestRefusal`, the same as `admit`.
    func precheck(_ request: CompletionRequest, of buyer: Buyer, by access: Access) async throws {
        let (directory, nowMs) = try await access.directory()
        do throws(Refusal) {
            try Precheck(directory: directory, nowMs: nowMs).check(model: request.generation.model, of: buyer)
            try spentRates.check(buyer, directory, nowMs: nowMs)
        } catch {
            throw RequestRefusal(error)
        }
    }

    /// Sets aside the most that a request can cost.
    /// - Throws: `RequestRefusal` for money and limits, or when the ledger cannot be reached.
    func admit(
        _ request: CompletionRequest, of buyer: Buyer, size: any PreparedGeneration
    ) async throws -> RequestAccount {
        let admission = try await reserve(
            AdmissionRequest(
                requestID: request.generation.id, tenant: buyer.tenant, keyID: buyer.keyID,
                model: request.generation.model, tier: ServiceTier(asked: request.requestedTier),
                promptTokens: size.promptTokens, outputTokens: size.maximumOutputTokens), of: buyer)
        let delivery = Delivery(
            reservation: admission.reservation, numChoices: request.generation.numChoices, by: worker)
        open.withLock { $0[delivery.requestID] = delivery }
        return RequestAccount(admission: admission, delivery: delivery, accounting: self)
    }

    private func reserve(_ request: AdmissionRequest, of buyer: Buyer) async throws -> Admission {
        do { return try await ledger.admit(request) } catch {
            if case .refused(let refusal) = error { spentRates.note(refusal, of: buyer, nowMs: ledger.nowMs()) }
            if case .store = error {
                // It may have been admitted all the same: what nobody serves is given back.
                desk.settle { SettlementRequest(requestID: request.requestID, outcome: .failed, segments: []) }
            }
            throw RequestRefusal(error)
        }
    }

    /// Brings a request's end to the ledger. Until the ledger has it, its progress is kept like that of one that runs.
    @discardableResult
    func settle(_ delivery: Delivery, _ outcome: Outcome) -> SettlementDesk.Ticket {
        desk.settle { [desk] in
            await delivery.settlement(outcome) { await desk.lastWord(of: $0) }
        } whenTaken: {
            self.open.withLock { $0[delivery.requestID] = nil }
        }
    }

    /// Keeps in the ledger what was delivered so far, and with it the reservations.
    /// - Returns: whether the ledger took all of it.
    func keepProgress() async -> Bool {
        var rest = open.withLock { Array($0.values) }[...]
        var isKept = true
        while !rest.isEmpty {
            let deliveries = rest.prefix(Self.notesAtOnce)
            rest = rest.dropFirst(Self.notesAtOnce)
            await withTaskGroup(of: Bool.self) { group in
                for delivery in deliveries { group.addTask { await self.keepProgress(of: delivery) } }
                for await wasKept in group where !wasKept { isKept = false }
            }
        }
        return isKept
    }

    private func keepProgress(of delivery: Delivery) async -> Bool {
        do {
            try await ledger.note(delivery.progress, of: delivery.requestID)
            return true
        } catch {
            guard case LedgerError.settlement = error else {
                logger.warning("progress not kept", metadata: ["error": "\(error)"])
                return false
            }
            // Settled a moment ago, or by another server that took this one for dead.
            if open.withLock({ $0[delivery.requestID] != nil }) {
                logger.error("a request that runs is settled already", metadata: ["id": "\(delivery.requestID)"])
            }
            return true
        }
    }
}
