import Foundation
package import JSON

extension DeviceProfile {
    /// A built-in profile by its name, or the one in a JSON file.
    ///
    /// - Throws: `DeviceProfileError`, which names the member that is wrong.
    package static func load(_ nameOrPath: String) throws(DeviceProfileError) -> DeviceProfile {
        if let profile = builtIn.first(where: { $0.name == nameOrPath }) { return profile }
        let isPath = nameOrPath.contains("/") || nameOrPath.hasSuffix(".json")
        guard isPath || FileManager.default.fileExists(atPath: nameOrPath) else { return try named(nameOrPath) }
        let text = try read(nameOrPath)
        do {
            return try DeviceProfile(try JSON.parse(text), defaultName: fileName(nameOrPath))
        } catch let error as JSONError {
            throw .notJSON(path: nameOrPath, reason: "\(error)")
        } catch let error as DeviceProfileError {
            throw error
        } catch {
            throw .unreadable(path: nameOrPath, reason: "\(error)")
        }
    }

    private static let longestFile = 1 << 20

    private static func read(_ path: String) throws(DeviceProfileError) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let bytes = try file.read(upToCount: longestFile + 1) ?? Data()
            guard bytes.count <= longestFile else {
                throw DeviceProfileError.unreadable(path: path, reason: "it is longer than \(longestFile) bytes")
            }
            return Array(bytes)
        } catch let error as DeviceProfileError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
    }

    private static func fileName(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".json") ? String(last.dropLast(5)) : last
    }

    /// Reads the members of a profile: `name`, `base` (a built-in profile, of which the others are changes), those
    /// of `ProfileMember`, and `faults`.
    package init(_ json: JSON, defaultName: String) throws(DeviceProfileError) {
        guard let object = json.object else {
            throw .kind(member: "profile", found: json.kind, expected: "an object")
        }
        let base = try object["base"].map { json throws(DeviceProfileError) in try Self.named(Self.text(json, "base")) }
        let zero = DeviceProfile(name: defaultName, prefillTokensPerSecond: 1, stepSeconds: 0, kvTokens: 16)
        self = base ?? zero
        name = try object["name"].map { json throws(DeviceProfileError) in try Self.text(json, "name") } ?? defaultName
        try set(object, of: ProfileMember.all, besides: ["name", "base", "faults"])
        if let missing = ProfileMember.all.first(where: { $0.isRequired && object[$0.name] == nil }), base == nil {
            throw .missing(missing.name)
        }
        guard let faults = object["faults"] else { return }
        guard let faults = faults.object else {
            throw .kind(member: "faults", found: faults.kind, expected: "an object")
        }
        try set(faults, of: ProfileMember.faults, besides: [])
    }

    private mutating func set(
        _ object: JSONObject, of members: [ProfileMember], besides others: [String]
    ) throws(DeviceProfileError) {
        for (key, value) in object where !others.contains(key) {
            guard let member = members.first(where: { $0.name == key }) else {
                throw .unknownMember(key, known: others + members.map(\.name))
            }
            try member.set(value, in: &self)
        }
    }

    private static func text(_ json: JSON, _ member: String) throws(DeviceProfileError) -> String {
        guard let text = json.string, !text.isEmpty, text.utf8.count <= 100 else {
            throw .kind(member: member, found: json.kind, expected: "a text of 1 to 100 bytes")
        }
        return text
    }
}
