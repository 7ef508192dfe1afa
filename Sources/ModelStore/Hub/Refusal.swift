import AsyncHTTPClient
import FoundationEssentials
import NIOHTTP1

/// What an answer that is no success means.
struct Refusal {
    let status: Int
    let url: String
    /// The hub's own name for the reason, such as `GatedRepo`.
    let code: String?
    let retryAfter: Duration?
    let hadToken: Bool

    init(status: Int, url: String, code: String? = nil, retryAfter: Duration? = nil, hadToken: Bool = false) {
        self.status = status
        self.url = url
        self.code = code
        self.retryAfter = retryAfter
        self.hadToken = hadToken
    }

    init(_ response: HTTPClientResponse, hadToken: Bool) {
        let seconds = response.headers.first(name: "Retry-After").flatMap(Int.init)
        self.init(
            status: Int(response.status.code), url: response.url?.absoluteString ?? "",
            code: response.headers.first(name: "X-Error-Code"),
            retryAfter: seconds.map { .seconds(min(max($0, 0), 3600)) }, hadToken: hadToken)
    }

    /// - Throws: nothing for 200 and 206; `TransferFailure` when trying again may help; else `PullError`.
    func check(of repository: String, revision: String, file: String? = nil) throws {
        switch status {
        case 200, 206: return
        case 401, 403:
            throw PullError.forbidden(repository: repository, isGated: code == "GatedRepo", hadToken: hadToken)
        case 404 where code == "RevisionNotFound": throw PullError.noRevision(revision, repository: repository)
        case 404: throw file.map { PullError.noFile($0, repository: repository) } ?? .noRepository(repository)
        case 408, 425, 429, 500...599:
            throw TransferFailure(reason: "the server answered \(status)", retryAfter: retryAfter)
        default: throw PullError.status(status, url: url)
        }
    }
}
