import Crypto

/// An API key in the clear: seen once when it is made and in each request, never stored.
///
///     glt_ 0123456789 0123…(32)… 0123456
///     │    │          │          └ 7 characters: CRC-32 of everything before
///     │    │          └ 160 random bits, the secret
///     │    └ 50 random bits, public: with the prefix the id under which the key is stored
///     └ prefix: the role
///
/// All but the prefix is base 32 in lower case. What is stored is `id` and `digest`: 160 random bits cannot be guessed
/// from their SHA-256, so no slow hash is needed on the path of a request.
package struct APIKey: Sendable {
    /// The whole key. A secret: print it once, to the person who made it.
    package let text: String
    package let role: KeyRole

    static let prefixLength = 4
    static let idLength = prefixLength + 10
    static let secretLength = 32
    static let checksumLength = 7
    /// The characters (and bytes) of a key.
    package static let length = idLength + secretLength + checksumLength

    /// The public part with the prefix, such as `glt_0123456789`.
    package var id: String { String(decoding: text.utf8.prefix(Self.idLength), as: UTF8.self) }

    /// SHA-256 of `text`: 32 bytes.
    package var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension APIKey {
    /// A new key. Its secrecy is that of `random`: only tests pass anything but `SystemRandomNumberGenerator`.
    package static func generate(role: KeyRole, using random: inout some RandomNumberGenerator) -> APIKey {
        var characters = Array(role.prefix.utf8)
        characters += Base32.random(count: length - prefixLength - checksumLength, using: &random)
        characters += checksum(of: characters)
        return APIKey(text: String(decoding: characters, as: UTF8.self), role: role)
    }

    /// A new key from the system's generator.
    package static func generate(role: KeyRole) -> APIKey {
        var random = SystemRandomNumberGenerator()
        return generate(role: role, using: &random)
    }

    /// Checks the form of a key from outside, so that nothing mistyped or made up reaches storage.
    package init(parsing text: String) throws(KeyFormatError) {
        guard let role = KeyRole.allCases.first(where: { text.utf8.starts(with: $0.prefix.utf8) }) else {
            throw .prefix
        }
        guard text.utf8.count == Self.length else { throw .length(text.utf8.count) }
        let characters = Array(text.utf8)
        let wrong = characters.dropFirst(Self.prefixLength).firstIndex { !Base32.contains($0) }
        if let wrong { throw .character(place: wrong + 1) }
        let body = characters.dropLast(Self.checksumLength)
        guard characters.suffix(Self.checksumLength).elementsEqual(Self.checksum(of: body)) else { throw .checksum }
        self.init(text: text, role: role)
    }

    private static func checksum(of characters: some Sequence<UInt8>) -> [UInt8] {
        Base32.characters(UInt64(CRC32.checksum(characters)), count: checksumLength)
    }
}

/// A key that slips into a log, a message or a debugger's dump shows its public part only.
extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(id)…" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
