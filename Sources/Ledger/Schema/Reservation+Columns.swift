import JSON

extension Reservation {
    static let columns = """
        request_id, tenant, key_id, model, tier, prompt_tokens, output_tokens, amount, price_version, prices,
        created_ms, expires_ms, progress
        """

    var values: [SQLValue] {
        [
            .text(request.requestID), .text(request.tenant), SQLValue(request.keyID), .text(request.model),
            .text(request.tier.rawValue), SQLValue(request.promptTokens), SQLValue(request.outputTokens),
            SQLValue(amount), SQLValue(price?.version), SQLValue(price?.json.serialized()),
            .integer(createdMs), .integer(expiresMs), .text(progressText),
        ]
    }

    var progressText: String { JSON.array(progress.map(\.column)).serialized() }

    init(row: SQLRow) throws(StoreError) {
        let request = AdmissionRequest(
            requestID: try row.text(0), tenant: try row.text(1), keyID: try row.optionalText(2),
            model: try row.text(3), tier: try row.name(4, ServiceTier.self), promptTokens: Int(try row.integer(5)),
            outputTokens: Int(try row.integer(6)))
        var price: AppliedPrice?
        if try row.optionalInteger(8) != nil {
            do { price = try AppliedPrice(json: try row.json(9)) } catch let error as PriceError {
                throw .corrupt("the price of a reservation: \(error)")
            } catch {
                throw .corrupt("\(error)")
            }
        }
        var progress: [SegmentUsage] = []
        for segment in try row.json(12).array ?? [] { progress.append(try SegmentUsage(column: segment)) }
        self.init(
            request: request, amount: try row.amount(7), price: price, createdMs: try row.integer(10),
            expiresMs: try row.integer(11), progress: progress)
    }
}

extension Meter {
    static let columns = """
        id, reserved, open_requests, month, spent, requests_debt, requests_ms, tokens_debt, tokens_ms
        """

    func values(of id: MeterID) -> [SQLValue] {
        [
            .text(id.name), SQLValue(reserved), SQLValue(numOpen), .integer(month), SQLValue(spent),
            .integer(requests.debt), .integer(requests.updatedMs), .integer(tokens.debt), .integer(tokens.updatedMs),
        ]
    }

    init(row: SQLRow) throws(StoreError) {
        self.init()
        reserved = try row.amount(1)
        numOpen = Int(try row.integer(2))
        month = try row.integer(3)
        spent = try row.amount(4)
        requests = RateBucket(debt: try row.integer(5), updatedMs: try row.integer(6))
        tokens = RateBucket(debt: try row.integer(7), updatedMs: try row.integer(8))
    }
}
