import JSON
import Yams

/// Reads one YAML document as JSON: what a configuration says needs no more.
enum YAMLDocument {
    /// More values than this, aliases written out, are no configuration.
    private static let maximumValues = 100_000
    private static let maximumDepth = 64

    /// - Throws: `AccessError.malformed`.
    static func parse(_ text: String, path: String) throws(AccessError) -> JSON {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch {
            throw .malformed(path: path, reason: "it is not YAML (\(Words.excerpt("\(error)")))")
        }
        guard let root else { return .null }
        var budget = maximumValues
        guard let json = json(root, depth: 0, &budget) else {
            throw .malformed(path: path, reason: "it is too large, too deep, or has keys that are no text")
        }
        return json
    }

    private static func json(_ node: Node, depth: Int, _ budget: inout Int) -> JSON? {
        budget -= 1
        guard budget > 0, depth < maximumDepth else { return nil }
        switch node {
        case .scalar: return scalar(node)
        case .sequence(let sequence):
            var values: [JSON] = []
            for element in sequence {
                guard let value = json(element, depth: depth + 1, &budget) else { return nil }
                values.append(value)
            }
            return .array(values)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                guard let name = key.scalar?.string, let value = json(value, depth: depth + 1, &budget) else {
                    return nil
                }
                object[name] = value
            }
            return .object(object)
        case .alias: return nil
        }
    }

    /// Numbers stay texts: a token or a name may look like one, and would come back as another.
    private static func scalar(_ node: Node) -> JSON {
        let text = node.scalar?.string ?? ""
        guard node.scalar?.style == .plain || node.scalar?.style == .any else { return .string(text) }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return node.null == nil ? .string(text) : .null
        }
    }
}
