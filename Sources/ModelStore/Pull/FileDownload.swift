import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Fetches one file into the store's blobs, going on from what is there.
struct FileDownload {
    let file: RemoteFile
    let listing: RepositoryListing
    let hub: HubClient
    let places: StorePlaces
    let retry: RetryPolicy
    let report: @Sendable (PullEvent) -> Void

    /// How far the part has come: `offset` bytes are on disk and hashed.
    private struct Progress {
        var offset = 0
        var digests: Digests
    }

    /// The digest of the blob, which is there when this returns.
    func run() async throws -> SHA256Hex {
        if let known = file.sha256, hasBlob(known) { return known }
        let part = try await PartFile(
            locking: partPath, pause: retry.pause, waiting: { report(.waiting(file: file.path)) })
        if let known = file.sha256, hasBlob(known) {
            try part.remove()
            return known
        }
        var progress = try resume(part)
        try await retry.run(
            progress: { progress.offset }, report: report,
            giveUp: { .interrupted(file: file.path, reason: $0.reason) },
            attempt: { try await attempt(&progress, part) })
        return try finish(progress, part)
    }

    /// Bytes that `run` need not fetch.
    func bytesHere() -> Int {
        if let known = file.sha256, hasBlob(known) { return file.size }
        return min(Folder.status(partPath)?.size ?? 0, file.size)
    }

    // MARK: Before

    private func hasBlob(_ digest: SHA256Hex) -> Bool {
        Folder.status(places.blob(digest))?.size == file.size
    }

    private var partPath: String {
        let identity = file.sha256.map { "sha256-\($0)" } ?? file.gitID.map { "git-\($0)" }
        let place = "\(listing.owner)/\(listing.repository)@\(listing.commit)/\(file.path)"
        return "\(places.downloads)/\(identity ?? "path-" + Digests.name(of: place)).part"
    }

    private func resume(_ part: borrowing PartFile) throws -> Progress {
        var progress = Progress(digests: Digests(of: file))
        let here = try part.size()
        if here > file.size {
            try part.startAgain()
        } else if here > 0 {
            report(.checking(file: file.path, bytes: here))
            progress.offset = try part.readAll { progress.digests.update($0) }
        }
        return progress
    }

    // MARK: One attempt

    private func attempt(_ progress: inout Progress, _ part: borrowing PartFile) async throws {
        guard progress.offset < file.size else { return }
        let response = try await hub.open(file, of: listing, at: progress.offset)
        try accept(response, &progress, part)
        for try await buffer in response.body {
            try buffer.withUnsafeReadableBytes { try append($0, &progress, part) }
            report(.arrived(file: file.path, bytes: progress.offset))
        }
        guard progress.offset == file.size else {
            let missing = ByteCount(file.size - progress.offset)
            throw TransferFailure(reason: "the server stopped \(missing) before the end")
        }
    }

    /// Makes sure that the body continues what is there, or starts again.
    private func accept(
        _ response: HTTPClientResponse, _ progress: inout Progress, _ part: borrowing PartFile
    ) throws {
        if response.status == .rangeNotSatisfiable {
            try startAgain(&progress, part)
            throw TransferFailure(reason: "the server refused to go on from the middle")
        }
        try Refusal(response, hadToken: hub.settings.token != nil).check(
            of: "\(listing.owner)/\(listing.repository)", revision: listing.commit, file: file.path)
        if response.status == .partialContent {
            let range = ContentRange(response.headers.first(name: "Content-Range"))
            guard range?.start == progress.offset, range?.total ?? file.size == file.size else {
                throw PullError.badAnswer("another part of \(file.path) than was asked for")
            }
        } else if progress.offset > 0 {
            try startAgain(&progress, part)
            report(.restarted(file: file.path))
        }
    }

    private func startAgain(_ progress: inout Progress, _ part: borrowing PartFile) throws {
        try part.startAgain()
        progress = Progress(digests: Digests(of: file))
    }

    private func append(
        _ bytes: UnsafeRawBufferPointer, _ progress: inout Progress, _ part: borrowing PartFile
    ) throws {
        guard bytes.count <= file.size - progress.offset else {
            try part.remove()
            throw PullError.wrongContent(
                file: file.path, expected: "\(file.size) bytes", found: "more than that")
        }
        try part.write(bytes, at: progress.offset)
        progress.digests.update(bytes)
        progress.offset += bytes.count
    }

    // MARK: After

    private func finish(_ progress: Progress, _ part: borrowing PartFile) throws -> SHA256Hex {
        do throws(PullError) { try progress.digests.check(file) } catch {
            try part.remove()
            throw error
        }
        let digest = progress.digests.sha256Hex
        try part.finish(as: places.blob(digest))
        return digest
    }
}

/// `bytes 100-199/200` of RFC 9110, section 14.4.
struct ContentRange: Equatable {
    let start: Int
    /// nil when the server does not know.
    let total: Int?

    init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
        let range = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, range.count == 2, let start = Int(range[0]), start >= 0 else { return nil }
        self.start = start
        total = Int(parts[1])
        if total == nil && parts[1] != "*" { return nil }
    }
}
