import Crypto

/// What is derived from an idempotency key and the request that came with it (HKDF with SHA-256, RFC 5869).
///
/// Only the two digests are stored. The first is salted with the owner; the second can be computed only with the key,
/// and the sealing key only with both the key and the request. So who reads the database and guesses a request cannot
/// even tell whether it was sent, unless the key is guessed with it.
struct IdempotencySecrets: Sendable {
    /// Under which the row is found.
    let keyDigest: [UInt8]
    /// By which another request under the same key is told apart.
    let requestDigest: [UInt8]
    private let sealingKey: SymmetricKey
    private let owner: String

    init(owner: String, key: String, request: RequestDigest) {
        let root = SymmetricKey(
            data: HKDF<SHA256>.extract(
                inputKeyMaterial: SymmetricKey(data: Array(key.utf8)),
                salt: Array(("gleaner idempotency:" + owner).utf8)))
        self.owner = owner
        keyDigest = Self.expand(root, "key").bytes
        requestDigest = Array(HMAC<SHA256>.authenticationCode(for: request.bytes, using: Self.expand(root, "request")))
        let both = SymmetricKey(data: Self.expand(root, "answer").bytes + request.bytes)
        sealingKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: both, info: Array("gleaner idempotency answer".utf8), outputByteCount: 32)
    }

    private static func expand(_ root: SymmetricKey, _ label: String) -> SymmetricKey {
        HKDF<SHA256>.expand(pseudoRandomKey: root, info: Array(label.utf8), outputByteCount: 32)
    }

    /// AES-256-GCM with a random nonce. The claim and the status are authenticated with it, so that no row takes the
    /// answer of another.
    func seal(_ answer: StoredAnswer, claim: String) throws(IdempotencyError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                answer.sealedBytes, using: sealingKey, authenticating: context(claim, status: answer.status))
            guard let combined = box.combined else { throw IdempotencyError.damaged }
            return Array(combined)
        } catch {
            throw .damaged
        }
    }

    func open(_ sealed: [UInt8], claim: String, status: Int) throws(IdempotencyError) -> StoredAnswer {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let bytes = try? AES.GCM.open(box, using: sealingKey, authenticating: context(claim, status: status)),
            let answer = StoredAnswer(status: status, sealedBytes: Array(bytes))
        else { throw .damaged }
        return answer
    }

    private func context(_ claim: String, status: Int) -> [UInt8] {
        Array("\(owner)\n\(claim)\n\(status)".utf8)
    }
}

extension SymmetricKey {
    fileprivate var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
