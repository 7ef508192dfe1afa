extension Verification {
    /// What open requests hold of a tenant or a key.
    private struct Held: Equatable, CustomStringConvertible {
        var amount = PicoUSD.zero
        var requests = 0

        var description: String { "\(amount) USD for \(requests) open requests" }
    }

    mutating func checkReservations() throws {
        var held: [String: Held] = [:]
        let versions = try read("prices") { try PriceVersion.all(session) }
        try session.forEach("SELECT \(Reservation.columns) FROM reservations ORDER BY request_id", []) { row in
            let place = "reservation '\(try row.text(0))'"
            let reservation = try read(place) { try Reservation(row: row) }
            try expect(reservation.price?.version, try row.optionalInteger(8), "price version", at: place)
            try check(reservation, versions, at: place)
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

    private func check(_ reservation: Reservation, _ versions: [Int64: PriceVersion], at place: String) throws {
        let request = reservation.request
        let most = reservation.price?.maximumCharge(
            promptTokens: request.promptTokens, maximumOutputTokens: request.outputTokens)
        try expect(most ?? .zero, reservation.amount, "amount in USD", at: place)
        guard let price = reservation.price else { return }
        guard let version = versions[price.version], version.model == request.model, version.tier == request.tier else {
            throw discrepancy(
                place, "price version", expected: "one of model '\(request.model)' in tier \(request.tier.rawValue)",
                found: price.version)
        }
        try expect(
            version.prices(atMs: reservation.createdMs), price.prices, "prices of version \(price.version)", at: place)
    }
}
