import Hummingbird
import JSON
import Ledger
package import OpenAI
package import WebServer

/// What a gateway tells the controllers of its fleet, and the token that they show. No tenant has it.
package struct FleetFeed: Sendable {
    package let token: BearerToken
    package let report: @Sendable () async -> FleetReport

    package init(token: BearerToken, report: @escaping @Sendable () async -> FleetReport) {
        self.token = token
        self.report = report
    }
}

/// `/internal/v1/fleet`: what waits and runs here, and what it brings.
struct FleetRoute: Sendable {
    let feed: FleetFeed
    let access: Access

    func respond(to request: Request) async throws -> Response {
        try feed.token.check(request)
        let report = await feed.report()
        let (book, nowMs) = try await access.prices()
        let json = report.json { model in
            book.price(model: model, tier: .standard, atMs: nowMs)?.prices.pricing
        }
        return .json(Array(json.serialized().utf8))
    }
}
