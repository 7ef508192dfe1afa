/// Why there is no profile.
package enum DeviceProfileError: Error, Equatable, CustomStringConvertible {
    /// Neither the name of a profile nor the path of a file.
    case unknown(String, known: [String])
    case unreadable(path: String, reason: String)
    case notJSON(path: String, reason: String)
    /// A member that profiles do not have.
    case unknownMember(String, known: [String])
    case missing(String)
    /// A member of another kind than `expected`.
    case kind(member: String, found: String, expected: String)
    case value(member: String, found: String, rule: String)

    package var description: String {
        switch self {
        case .unknown(let name, let known):
            "There is no device profile '\(name)': use \(known.joined(separator: ", ")), or the path of a JSON file."
        case .unreadable(let path, let reason):
            "The device profile '\(path)' cannot be read: \(reason)."
        case .notJSON(let path, let reason):
            "The device profile '\(path)' is not JSON: \(reason)."
        case .unknownMember(let member, let known):
            "A device profile has no '\(member)'; it has \(known.joined(separator: ", "))."
        case .missing(let member):
            "The device profile has no '\(member)'; add it, or name a built-in profile as 'base'."
        case .kind(let member, let found, let expected):
            "'\(member)' of the device profile is \(found); it must be \(expected)."
        case .value(let member, let found, let rule):
            "'\(member)' of the device profile is \(found); it must be \(rule)."
        }
    }
}
