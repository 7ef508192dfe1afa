import JSON

/// One file of a repository on the hub, as the hub describes it.
package struct RemoteFile: Equatable, Sendable {
    /// Path inside the repository, checked: no part of it is empty, `.` or `..`.
    package let path: String
    /// Bytes.
    package let size: Int
    /// What the content must hash to: given for large files (Git LFS).
    package var sha256: SHA256Hex?
    /// The Git object id, SHA-1 of `blob SIZE\0` and the content: given for the others. 40 hexadecimal digits.
    package var gitID: String?

    /// `path` must be safe; `isSafe` tells.
    package init(path: String, size: Int, sha256: SHA256Hex? = nil, gitID: String? = nil) {
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.gitID = gitID
    }

    /// The last part of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The name as it may stand in the store: what `NameRule` forbids becomes `_`.
    package var safeName: String {
        let allowed = name.map { NameRule.broken(by: "x\($0)") == nil ? $0 : "_" }
        let text = String(allowed.drop { $0 == "." || $0 == "-" }.suffix(NameRule.maximumLength))
        return text.isEmpty ? "_" : text
    }

    /// Whether `path` may be asked for and reasoned about. A hub is a stranger.
    package static func isSafe(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 1024 && !path.unicodeScalars.contains { $0.value < 0x20 || $0 == "\\" }
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}

extension RemoteFile {
    /// An element of `siblings` of `/api/models/…/revision/…?blobs=true`; nil when it is unusable.
    init?(sibling json: JSON) {
        guard let path = json["rfilename"]?.string else { return nil }
        let large = json["lfs"]
        self.init(
            path: path, size: large?["size"]?.int ?? json["size"]?.int,
            sha256: large?["sha256"]?.string, gitID: json["blobId"]?.string)
    }

    /// An element of the answer of `/api/models/…/tree/…`; nil when it is unusable or no file.
    init?(treeEntry json: JSON) {
        guard json["type"]?.string == "file", let path = json["path"]?.string else { return nil }
        let large = json["lfs"]
        self.init(
            path: path, size: large?["size"]?.int ?? json["size"]?.int,
            sha256: large?["oid"]?.string, gitID: json["oid"]?.string)
    }

    private init?(path: String, size: Int?, sha256: String?, gitID: String?) {
        guard let size, size >= 0, Self.isSafe(path) else { return nil }
        self.init(path: path, size: size, sha256: sha256.flatMap(SHA256Hex.init), gitID: nil)
        // The Git id of a large file is that of the pointer to it, not of its content.
        guard sha256 == nil, let gitID, gitID.utf8.count == 40, gitID.utf8.allSatisfy(isHexDigit) else { return }
        self.gitID = gitID.lowercased()
    }
}
