/// Why a text is no API key, found without asking any storage. It never holds a part of the text: that could be most
/// of a secret.
package enum KeyFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    case prefix
    /// The number of bytes that it has.
    case length(Int)
    /// The place, from 1, of the first character that no key has.
    case character(place: Int)
    case checksum

    package var description: String {
        switch self {
        case .prefix:
            "The API key does not begin with \(Self.prefixes); send a key that this server has issued."
        case .length(let count):
            "The API key has \(count) characters, but a key has \(APIKey.length); copy it whole, without blanks."
        case .character(let place):
            "The API key has a character at place \(place) that no key has (digits and lower-case letters without i, "
                + "l, o and u); copy it again."
        case .checksum: "The API key has a wrong character somewhere: its checksum does not fit; copy it again."
        }
    }

    private static var prefixes: String { KeyRole.allCases.map(\.prefix).joined(separator: ", ") }
}
