extension Verification {
    /// What open requests hold of a tenant or a key.
    private struct Held: Equatable, CustomStringConvertible {
        var amount = PicoUSD.zero
        var requests = 0

        var description: String { "\(amount) USD for \(requests) open requests" }
    }

    mutating func checkReservations() throws {
        var held: [String: Held] = [:]
        let history = try read("prices") { try PriceHistory(session) }
        try session.forEach("SELECT \(Reservation.columns) FROM reservations ORDER BY request_id", []) { row in
            let place = "reservation '\(try row.text(0))'"
            let reservation = try read(place) { try Reservation(row: row) }
            try expect(reservation.price?.version, try row.optionalInteger(8), "price version", at: place)
            try check(reservation, history, at: place)
            let request = reservation.request
            for meter in [MeterID.tenant(request.tenant)] + (request.keyID.map { [.key($0)] } ?? []) {
                held[meter.name, default: Held()].amount += reservation.amount
                held[meter.name, default: Held()].requests += 1
            }
            count()
        }
        try session.forEach("SELECT \(Meter.columns) FROM meters", []) { row in
            let place = "meter \(try row.text(0))"
            let meter = try read(place) { try Meter(row: row) }
            let found = Held(amount: meter.reserved, requests: meter.numOpen)
            try expect(held.removeValue(forKey: try row.text(0)) ?? Held(), found, "reserved", at: place)
            count()
        }
        if let meter = held.keys.min() {
            throw discrepancy("meter \(meter)", "reserved", expected: held[meter] ?? Held(), found: "missing")
        }
    }

    private func check(_ reservation: Reservation, _ history: PriceHistory, at place: String) throws {
        let request = reservation.request
        let most = reservation.price?.maximumCharge(
            promptTokens: request.promptTokens, maximumOutputTokens: request.outputTokens)
        try expect(most ?? .zero, reservation.amount, "amount in USD", at: place)
        let version = try history.version(
            reservation.price?.version, model: request.model, tier: request.tier, atMs: reservation.createdMs, self,
            at: place)
        guard let price = reservation.price, let version else { return }
        try expect(
            version.prices(atMs: reservation.createdMs), price.prices, "prices of version \(price.version)", at: place)
    }
}
