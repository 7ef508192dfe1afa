import Hummingbird
import JSON
import Ledger
import OpenAI
import WebServer

/// OpenAI's `/v1/organization/usage/completions` and `/v1/organization/costs`: the whole platform's usage and costs, for
/// keys that may read them. A project is a tenant here.
struct OrganizationRoutes: Sendable {
    let ledger: Ledger
    let access: Access

    func usage(_ request: Request) async throws -> Response {
        try await access.reader(request)
        let page = try await ReportAnswer.reading { try await ledger.usage(try UsageQuery(request)) }
        return page.json
    }

    func costs(_ request: Request) async throws -> Response {
        try await access.reader(request)
        let page = try await ReportAnswer.reading { try await ledger.costs(try CostQuery(request)) }
        return page.json
    }
}

extension UsageQuery {
    private static let names: Set<String> = [
        "start_time", "end_time", "bucket_width", "project_ids", "api_key_ids", "models", "batch", "group_by", "limit",
        "page",
    ]

    fileprivate init(_ request: Request) throws(APIError) {
        let query = try QueryParameters(request, known: Self.names)
        self.init(startMs: try query.startMs(), endMs: try query.timeMs("end_time"))
        width = try query.choice("bucket_width") ?? .day
        groupBy = try query.choices("group_by")
        tenants = query.list("project_ids").map { Set($0) }
        keys = query.list("api_key_ids").map { Set($0) }
        models = query.list("models").map { Set($0) }
        isBatch = try query.bool("batch")
        limit = try query.integer("limit")
        page = try query.string("page")
    }
}

extension CostQuery {
    private static let names: Set<String> = [
        "start_time", "end_time", "bucket_width", "project_ids", "group_by", "limit", "page",
    ]

    fileprivate init(_ request: Request) throws(APIError) {
        let query = try QueryParameters(request, known: Self.names)
        self.init(startMs: try query.startMs(), endMs: try query.timeMs("end_time"))
        let width: BucketWidth = try query.choice("bucket_width") ?? .day
        guard width == .day else {
            throw .invalid("'bucket_width' of costs can only be 1d.", param: "bucket_width", code: "invalid_value")
        }
        groupBy = try query.choices("group_by")
        tenants = query.list("project_ids").map { Set($0) }
        limit = try query.integer("limit")
        page = try query.string("page")
    }
}

extension QueryParameters {
    fileprivate func startMs() throws(APIError) -> Int64 {
        if let start = try timeMs("start_time") { return start }
        throw .invalid("'start_time' is required.", param: "start_time", code: "missing_required_parameter")
    }
}

/// Reads for a report, and says what goes wrong as clients know it.
enum ReportAnswer {
    static func reading<Report>(_ read: () async throws -> Report) async throws -> Report {
        do { return try await read() } catch let error as ReportError {
            throw APIError.invalid(error.description, code: "invalid_value")
        } catch is StoreError {
            throw APIError.unavailable("The ledger cannot be read now; try again.", retryAfterSeconds: 2)
        }
    }
}
