/// Why a model could not be fetched.
package enum PullError: Error, Equatable, Sendable {
    case badSetting(name: String, value: String, rule: String)
    /// No answer at all.
    case unreachable(endpoint: String, reason: String)
    /// 401 or 403: the repository wants a licence to be accepted, is private, or is not there at all.
    case forbidden(repository: String, isGated: Bool, hadToken: Bool)
    case noRepository(String)
    case noRevision(String, repository: String)
    case noFile(String, repository: String)
    /// No file of the wanted quantization; `available` are the labels there are.
    case noQuantization(String, repository: String, available: [String])
    /// Several files of one quantization; `choices` are tags that tell them apart.
    case severalFiles(tag: String, repository: String, choices: [String])
    case unreadableQuantization(String, readable: [String])
    /// A model that is split into several files, some of which the repository lacks.
    case missingParts(tag: String, repository: String, found: Int, expected: Int)
    /// The repository holds no GGUF and no safetensors.
    case noModel(repository: String, reason: String)
    case badAnswer(String)
    case status(Int, url: String)
    /// What arrived is not what the hub announced. It has been deleted.
    case wrongContent(file: String, expected: String, found: String)
    case commitChanged(repository: String)
    /// Given up after failures in a row; what has arrived stays.
    case interrupted(file: String, reason: String)
}

extension PullError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badSetting(let name, let value, let rule): "\(name) is '\(value)': \(rule)"
        case .unreachable(let endpoint, let reason):
            "Cannot reach \(endpoint): \(reason); check the network, or set HF_ENDPOINT to a mirror"
        case .forbidden(let repository, let isGated, let hadToken):
            Self.forbiddenMessage(repository, isGated: isGated, hadToken: hadToken)
        case .noRepository(let repository): "The hub has no repository '\(repository)': check the spelling"
        case .noRevision(let revision, let repository): "'\(repository)' has no branch, tag or commit '\(revision)'"
        case .noFile(let file, let repository): "'\(repository)' has no file '\(file)' any more: pull again"
        case .noQuantization(let tag, let repository, let available):
            "'\(repository)' has no '\(tag)': there are \(available.joined(separator: ", "))"
        case .severalFiles(let tag, let repository, let choices):
            "'\(repository)' has several files for \(tag): name one, such as "
                + choices.prefix(8).map { "\(repository):\($0)" }.joined(separator: " or ")
        case .unreadableQuantization(let label, let readable):
            "gleaner cannot read \(label) yet: choose one of \(readable.joined(separator: ", "))"
        case .missingParts(let tag, let repository, let found, let expected):
            "'\(repository)' has \(found) of the \(expected) parts of \(tag): choose another quantization"
        case .noModel(let repository, let reason): "'\(repository)' holds no model that gleaner reads: \(reason)"
        case .badAnswer(let what): "The hub answered what gleaner does not understand: \(what)"
        case .status(let status, let url): "The hub answered \(status) to \(url)"
        case .wrongContent(let file, let expected, let found):
            "\(file) arrived damaged (expected \(expected), got \(found)): it was deleted, pull again"
        case .commitChanged(let repository): "'\(repository)' changed during the pull: pull again"
        case .interrupted(let file, let reason):
            "The download of \(file) broke off: \(reason); run the same command again to go on from there"
        }
    }

    private static func forbiddenMessage(_ repository: String, isGated: Bool, hadToken: Bool) -> String {
        let token = hadToken ? "check that your token may read it" : "set HF_TOKEN to a token that may read it"
        return isGated
            ? "'\(repository)' is gated: accept its licence on its page on the hub, and \(token)"
            : "The hub does not show '\(repository)': check the spelling, or if it is private or gated, \(token)"
    }
}
