/// What an operator is to be paid for the time up to the end of a month.
package struct PayoutDue: Sendable, Hashable {
    package let operatorID: String
    package let month: CalendarMonth
    /// Earned up to the end of the month and not paid yet; negative when too much was paid.
    package let owed: PicoUSD
    /// Whole cents of it, or nothing while they are fewer than the minimum, or when the month was paid already.
    package let payable: PicoUSD
    /// What this month's payout was; nil when there was none.
    package let paid: PicoUSD?
    /// Of the payout that was made, or that can be.
    let payoutID: String

    /// What stays owed.
    package var rest: PicoUSD { owed - payable }
}

/// A payout that was asked for.
package struct Payout: Sendable, Hashable {
    package let operatorID: String
    package let month: CalendarMonth
    /// Zero when nothing was due.
    package let amount: PicoUSD
    /// Whether it had been made before, so that nothing changed.
    package let wasPaid: Bool
}

extension PicoUSD {
    /// 10^10 pico-USD.
    static let cent = PicoUSD(pico: picoPerUSD / 100)

    /// Without what is less than a cent.
    var wholeCents: PicoUSD { PicoUSD(pico: pico - pico % Self.cent.pico) }
}

extension Ledger {
    /// What every operator is to be paid, by operator.
    /// - Parameter minimum: less than this is not paid but stays owed.
    package func payoutsDue(month: CalendarMonth, minimum: PicoUSD = .zero) async throws -> [PayoutDue] {
        try await database.read { session in
            try AccountBalance.read("operator:", session).compactMap { balance in
                guard case .operator(let id) = Account(name: balance.account) else { return nil }
                return try PayoutDue.read(id, month, minimum, session)
            }
        }
    }

    /// Records that an operator is paid what is due. Once for each operator and month: asking again changes nothing.
    /// - Throws: `LedgerError.overdrawn` when another month's payout was there first and took the balance.
    package func payOut(
        operatorID: String, month: CalendarMonth, minimum: PicoUSD = .zero
    ) async throws -> Payout {
        let due = try await due(operatorID, month, minimum)
        if let paid = due.paid { return Payout(operatorID: operatorID, month: month, amount: paid, wasPaid: true) }
        guard due.payable > .zero else {
            return Payout(operatorID: operatorID, month: month, amount: .zero, wasPaid: false)
        }
        let isNew = try await post(due)
        // Otherwise somebody else paid another amount since we looked.
        let amount = isNew ? due.payable : try await self.due(operatorID, month, minimum).paid ?? .zero
        return Payout(operatorID: operatorID, month: month, amount: amount, wasPaid: !isNew)
    }

    /// - Returns: false when the month was paid another amount.
    private func post(_ due: PayoutDue) async throws(LedgerError) -> Bool {
        do {
            _ = try await payOut(due.payable, operatorID: due.operatorID, id: due.payoutID)
            return true
        } catch {
            guard case .differentEntry = error else { throw error }
            return false
        }
    }

    private func due(_ id: String, _ month: CalendarMonth, _ minimum: PicoUSD) async throws -> PayoutDue {
        try await database.read { session in
            guard
                try AccountBalance.read(Account.operator(id).name, session).contains(where: {
                    $0.account == Account.operator(id).name
                })
            else { throw ReportError.unknownOperator(id) }
            return try PayoutDue.read(id, month, minimum, session)
        }
    }
}

extension PayoutDue {
    static func read(
        _ id: String, _ month: CalendarMonth, _ minimum: PicoUSD, _ session: any SQLSession
    ) throws -> PayoutDue {
        let account = SQLValue.text(Account.operator(id).name)
        let end = SQLValue.integer(month.next.startMs)
        let conditions = ["e.time_ms < $2", "e.time_ms >= $2 AND e.kind <> 'usage'", "1 = 1"]
        let sums = try AccountMonth.sums(conditions, where: "1 = 1", [account, end], session)
        let (earned, later, now) = (sums[0], sums[1], sums[2])
        // What was taken back since is not paid, whatever month it belongs to.
        let owed = min(earned + later, now)
        let (payoutID, paid) = try payout(id, month, session)
        let cents = paid == nil ? owed.wholeCents : .zero
        return PayoutDue(
            operatorID: id, month: month, owed: owed,
            payable: cents >= max(minimum, .cent) ? cents : .zero, paid: paid, payoutID: payoutID)
    }

    /// The month's payout; one that was reversed does not count, and the next has a number.
    private static func payout(
        _ id: String, _ month: CalendarMonth, _ session: any SQLSession
    ) throws -> (id: String, paid: PicoUSD?) {
        for number in 1... {
            let payoutID = "\(id):\(month)" + (number == 1 ? "" : ":\(number)")
            guard let entry = try Entry.read(id: "payout:" + payoutID, from: session) else { return (payoutID, nil) }
            let reversal = "SELECT 1 FROM entries WHERE reverses = $1"
            guard try session.first(reversal, [.text(entry.draft.id)]) == nil else { continue }
            let posting = entry.draft.postings.first { $0.account == .operator(id) }
            return (payoutID, posting.map { -$0.amount } ?? .zero)
        }
        return ("\(id):\(month)", nil)
    }
}
