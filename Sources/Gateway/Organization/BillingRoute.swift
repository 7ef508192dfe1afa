import Hummingbird
import JSON
import Ledger
import OpenAI
import WebServer

/// `POST /v1/billing/requests`: what requests cost, by their ids, as Hugging Face pulls it from its providers: integer
/// nano-USD, rounded up. A reseller asks with the key that its requests were made with.
struct BillingRoute: Sendable {
    let ledger: Ledger
    let access: Access
    let replays: Replays
    let bodies: BodyReader

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let buyer = try await access.tenant(request)
        let body = try await bodies.read(request)
        return try await replays.respond(to: request, body: body.buffer, owner: buyer.tenant, context: context) {
            try await answer(try Self.requestIDs(body), buyer)
        }
    }

    private func answer(_ ids: [String], _ buyer: Buyer) async throws -> Response {
        let bills = try await ReportAnswer.reading {
            try await ledger.billing(requestIDs: ids, tenant: buyer.tenant)
        }
        let list = bills.map { bill in
            JSON.object(
                JSONObject([("requestId", .string(bill.requestID)), ("costNanoUsd", .int(Int(bill.nanoUSD)))]))
        }
        return .json(Array(JSON.object(JSONObject([("requests", .array(list))])).serialized().utf8))
    }

    private static func requestIDs(_ body: BodyReader.Body) throws(APIError) -> [String] {
        let json: JSON
        do { json = try body.buffer.withUnsafeReadableBytes { try JSON.parse($0) } } catch {
            throw .invalid("The request body is not valid JSON. \(error).", code: "invalid_json")
        }
        let ids = json["requestIds"]?.array?.map(\.string)
        guard let ids, let texts = ids as? [String] else {
            throw .invalid("'requestIds' must be a list of strings.", param: "requestIds", code: "invalid_type")
        }
        return texts
    }
}
