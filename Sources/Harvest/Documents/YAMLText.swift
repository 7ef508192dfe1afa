import JSON

extension JSON {
    /// The value as a YAML document of one style: block collections, every text in double quotes, two spaces.
    package func yaml() -> String { "---\n" + Self.lines(self).joined(separator: "\n") + "\n" }

    private static func lines(_ json: JSON) -> [String] {
        switch json {
        case .object(let object) where !object.isEmpty: object.flatMap { member(Self.key($0.key), $0.value) }
        case .array(let items) where !items.isEmpty: items.flatMap(item)
        default: [json.serialized()]
        }
    }

    private static func member(_ key: String, _ value: JSON) -> [String] {
        value.isBlock ? ["\(key):"] + lines(value).map { "  \($0)" } : ["\(key): \(value.serialized())"]
    }

    private static func item(_ value: JSON) -> [String] {
        let inner = lines(value)
        return ["- \(inner[0])"] + inner.dropFirst().map { "  \($0)" }
    }

    private var isBlock: Bool {
        switch self {
        case .object(let object): !object.isEmpty
        case .array(let items): !items.isEmpty
        default: false
        }
    }

    /// Bare where no reader of YAML could take it for anything but a text.
    private static func key(_ name: String) -> String {
        let isPlain = name.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } ?? false
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        let isBare = isPlain && !words.contains(name) && name.utf8.allSatisfy(Self.isBareByte)
        return isBare ? name : JSON.string(name).serialized()
    }

    private static func isBareByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
