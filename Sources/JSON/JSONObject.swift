/// The members of a JSON object in the order in which they were written.
///
/// Look-up is by scan while there are few members and by hash beyond that. An object has one member of a name:
/// setting a name again replaces its value in place, and the parser refuses a text that has a name twice.
///
/// Names are equal when their code points are. Swift's own equality is canonical equivalence, under which two
/// tokens of a vocabulary, U+00C5 and U+212B, would be one.
package struct JSONObject: Sendable {
    private var members: [(key: String, value: JSON)] = []
    private var index: [Name: Int] = [:]
    private static let scanLimit = 8

    private struct Name: Hashable {
        let text: String

        static func == (left: Name, right: Name) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    package init() {}

    package init(_ pairs: [(String, JSON)]) {
        for (key, value) in pairs { self[key] = value }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    package subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Whether there is a member of this name, whatever its value.
    package func contains(_ key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        if members.count > Self.scanLimit { return index[Name(text: key)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// Adds a member whose name is known to be new.
    mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if members.count > Self.scanLimit + 1 {
            index[Name(text: key)] = members.count - 1
        } else if members.count > Self.scanLimit {
            rebuildIndex()
        }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        rebuildIndex()
    }

    private mutating func rebuildIndex() {
        index.removeAll(keepingCapacity: true)
        guard members.count > Self.scanLimit else { return }
        for (place, member) in members.enumerated() { index[Name(text: member.key)] = place }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[(key: String, value: JSON)]> { members.makeIterator() }
}

extension JSONObject: Equatable {
    /// Equal members in any order, as JSON defines objects.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }
}
