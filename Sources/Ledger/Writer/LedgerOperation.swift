/// One change of the ledger that many callers ask for at once; the writer does many in one transaction.
enum LedgerOperation: Sendable {
    case admit(AdmissionRequest)
    /// What was delivered so far, and a sign of life.
    case note(requestID: String, progress: [SegmentUsage])
    case settle(SettlementRequest)
    /// Settles what nobody has spoken of for too long.
    case expire(requestID: String)
    case post(EntryDraft)
    /// Takes back the entry with this id by an entry with that id.
    case reverse(entryID: String, id: String)

    /// The request that it is about.
    var requestID: String? {
        switch self {
        case .admit(let request): request.requestID
        case .note(let id, _), .expire(let id): id
        case .settle(let request): request.requestID
        case .post, .reverse: nil
        }
    }

    /// The id under which its entry stands or would stand.
    var entryIDs: [String] {
        switch self {
        case .post(let draft): [draft.id] + (draft.reverses.map { [$0] } ?? [])
        case .reverse(let entryID, let id): [id, entryID]
        case .admit, .note, .settle, .expire: []
        }
    }

    /// Whether its answer promises that it is safe from a loss of power. A reservation needs no such promise:
    /// nothing was delivered yet.
    var isDurable: Bool {
        switch self {
        case .admit, .note: false
        case .settle, .expire, .post, .reverse: true
        }
    }
}

/// What became of an operation.
enum LedgerAnswer: Sendable {
    case admitted(Admission)
    case noted
    case settled(SettledRequest)
    case posted(Entry)
}

/// What a request was charged.
package struct SettledRequest: Sendable, Hashable {
    package let requestID: String
    package let charge: PicoUSD
    /// Whether it had been settled before, so that nothing changed.
    package let wasSettled: Bool
}

/// Why the ledger did not do what was asked; nothing has changed.
package enum LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    case refused(Refusal)
    case settlement(SettlementError)
    case entry(EntryError)
    case unknownEntry(String)
    case alreadyReversed(String, by: String)
    /// An entry of this id exists and moves other money.
    case differentEntry(String)
    /// A request of this id was admitted before, and asked for something else.
    case differentRequest(String)
    /// A payout of more than the account has.
    case overdrawn(Account, balance: PicoUSD, by: PicoUSD)
    case store(StoreError)
    /// The process is shutting down.
    case closed

    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .settlement(let error): error.description
        case .entry(let error): error.description
        case .unknownEntry(let id): "There is no entry '\(id)'."
        case .alreadyReversed(let id, let by): "Entry '\(id)' was reversed already, by '\(by)'."
        case .differentEntry(let id): "An entry with the id '\(id)' exists and moves other money: use another id."
        case .differentRequest(let id):
            "A request with the id '\(id)' was admitted before and asked for something else."
        case .overdrawn(let account, let balance, let amount):
            "\(account.name) has \(balance) USD, so \(amount) USD cannot be paid out."
        case .store(let error): error.description
        case .closed: "The ledger is closed."
        }
    }
}
