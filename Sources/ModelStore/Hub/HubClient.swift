import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Asks a hub: follows redirects, keeps the token at home, and says what a refusal means.
struct HubClient: Sendable {
    let settings: HubSettings
    let http: HTTPClient

    private static let maximumRedirects = 8
    private static let maximumListingBytes = 64 << 20
    private static let maximumTreePages = 100

    /// What the repository holds at `revision`.
    func listing(of reference: RepositoryReference, revision: String) async throws -> RepositoryListing {
        let response = try await get(settings.endpoint.model(reference, revision: revision))
        try Refusal(response, hadToken: settings.token != nil).check(of: reference.path, revision: revision)
        var listing = try RepositoryListing.parse(await wholeBody(of: response), of: reference)
        if listing.isIncomplete { listing.files = try await tree(of: listing) }
        return listing
    }

    /// Begins to fetch a file at its byte `offset`. The caller looks at the status.
    func open(_ file: RemoteFile, of listing: RepositoryListing, at offset: Int) async throws -> HTTPClientResponse {
        var headers: HTTPHeaders = [:]
        if offset > 0 { headers.add(name: "Range", value: "bytes=\(offset)-") }
        return try await get(settings.endpoint.file(file.path, of: listing), headers: headers, expecting: listing)
    }

    // MARK: Listing

    private func tree(of listing: RepositoryListing) async throws -> [RemoteFile] {
        var files: [RemoteFile] = []
        var next: String? = settings.endpoint.tree(of: listing)
        var pages = 0
        while let page = next {
            pages += 1
            guard pages <= Self.maximumTreePages, Origin(of: page) == settings.endpoint.origin else {
                throw PullError.badAnswer("the hub's list of files does not end")
            }
            let response = try await get(page)
            try Refusal(response, hadToken: settings.token != nil)
                .check(of: "\(listing.owner)/\(listing.repository)", revision: listing.commit)
            next = LinkHeader.next(in: response.headers["Link"])
            files += try RepositoryListing.parseTree(await wholeBody(of: response))
        }
        return files
    }

    private func wholeBody(of response: HTTPClientResponse) async throws -> [UInt8] {
        do {
            return Array(try await response.body.collect(upTo: Self.maximumListingBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw PullError.badAnswer("its list of files is longer than \(ByteCount(Self.maximumListingBytes))")
        }
    }

    // MARK: One request

    /// Follows redirects by hand, because each hop is another place that must not learn the token.
    private func get(
        _ address: String, headers: HTTPHeaders = [:], expecting listing: RepositoryListing? = nil
    ) async throws -> HTTPClientResponse {
        var address = address
        for _ in 0...Self.maximumRedirects {
            guard let origin = Origin(of: address) else { throw PullError.badAnswer("a redirect to '\(address)'") }
            let response = try await http.execute(
                request(address, to: origin, headers: headers), deadline: .now() + TimeAmount(settings.answerTimeout))
            if let listing, let commit = response.headers.first(name: "X-Repo-Commit"), commit != listing.commit {
                throw PullError.commitChanged(repository: "\(listing.owner)/\(listing.repository)")
            }
            guard let next = try redirect(of: response, from: address, at: origin) else { return response }
            address = next
        }
        throw PullError.badAnswer("more than \(Self.maximumRedirects) redirects from \(address)")
    }

    private func request(_ address: String, to origin: Origin, headers: HTTPHeaders) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.headers = headers
        request.headers.add(name: "User-Agent", value: settings.userAgent)
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if let token = settings.token, origin == settings.endpoint.origin, origin.isPrivate {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        return request
    }

    /// The address that the answer sends us to; nil when it is no redirect.
    private func redirect(of response: HTTPClientResponse, from address: String, at origin: Origin) throws -> String? {
        guard [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.headers.first(name: "Location")
        else { return nil }
        guard let target = URL(string: location, relativeTo: URL(string: address))?.absoluteString,
            let next = Origin(of: target)
        else { throw PullError.badAnswer("a redirect to '\(location)'") }
        guard next.isSecure || !origin.isSecure else {
            throw PullError.badAnswer("a redirect from https to '\(location)', which is not encrypted")
        }
        return target
    }
}

/// RFC 8288's `Link: <address>; rel="next"`: where the next page of a list is.
enum LinkHeader {
    static func next(in values: [String]) -> String? {
        for link in values.flatMap({ $0.split(separator: ",") }) where link.contains("rel=\"next\"") {
            let parts = link.split(whereSeparator: { $0 == "<" || $0 == ">" })
            if let address = parts.first(where: { $0.hasPrefix("http") }) { return String(address) }
        }
        return nil
    }
}
