import Crypto

/// The hashes of a file while it arrives.
struct Digests {
    private var sha256 = SHA256()
    /// SHA-1 is what Git names its objects by (git-scm.com, "Git Internals: Git Objects"); nil when not needed.
    private var git: Insecure.SHA1?

    init(of file: RemoteFile) {
        guard file.gitID != nil else { return }
        var git = Insecure.SHA1()
        git.update(data: Array("blob \(file.size)\0".utf8))
        self.git = git
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        sha256.update(bufferPointer: bytes)
        git?.update(bufferPointer: bytes)
    }

    var sha256Hex: SHA256Hex { SHA256Hex(digest: sha256.finalize()) }

    /// - Throws: `PullError.wrongContent` when `file` was announced with another hash.
    func check(_ file: RemoteFile) throws(PullError) {
        if let expected = file.sha256, expected != sha256Hex {
            throw .wrongContent(file: file.path, expected: "SHA-256 \(expected)", found: "\(sha256Hex)")
        }
        if let expected = file.gitID, let git {
            let found = hexadecimal(git.finalize())
            guard found == expected else {
                throw .wrongContent(file: file.path, expected: "Git id \(expected)", found: found)
            }
        }
    }

    /// SHA-256 of a text: names downloads that come without a hash.
    static func name(of text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }
}
