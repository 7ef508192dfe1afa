/// The members of a JSON object in the order in which they were written.
///
/// Look-up is by scan while there are few members and by hash beyond that. Of two members with one name
/// the later value wins, at the place of the first (as in Python and JavaScript).
package struct JSONObject: Sendable {
    private var members: [(key: String, value: JSON)] = []
    private var index: [String: Int] = [:]
    private static let scanLimit = 8

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

    private func position(of key: String) -> Int? {
        if members.count > Self.scanLimit { return index[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if members.count > Self.scanLimit + 1 {
            index[key] = members.count - 1
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
        for (place, member) in members.enumerated() { index[member.key] = place }
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
