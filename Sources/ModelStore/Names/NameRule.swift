/// What a part of a name may be made of. Parts become names of folders and of files, so this is the place
/// where no name from outside gets past with a slash, a `..` or a control character in it.
enum NameRule {
    static let maximumLength = 128

    /// The rule that `part` breaks; nil when it may be used.
    static func broken(by part: some StringProtocol) -> String? {
        if part.isEmpty { return "a part of it is empty" }
        if part.utf8.count > maximumLength { return "a part of it is longer than \(maximumLength) characters" }
        if part.hasPrefix(".") || part.hasPrefix("-") { return "a part of it begins with '\(part.prefix(1))'" }
        guard part.utf8.allSatisfy(isAllowed) else {
            return "only letters, digits, '-', '_' and '.' may stand in its parts"
        }
        return nil
    }

    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
