package import JSON

/// Amounts by the names of resources, such as `cpu`, `memory` or `nvidia.com/gpu`.
package struct ResourceList: Sendable, Equatable {
    package private(set) var amounts: [String: Quantity]

    package init(_ amounts: [String: Quantity] = [:]) { self.amounts = amounts }

    /// Reads a map of amounts.
    ///
    /// - Parameter unreadable: what a member counts as that is no amount. What somebody asks for must not be taken for
    ///   nothing, nor what a node offers for something.
    init(_ json: JSON?, unreadable: Quantity) {
        var amounts: [String: Quantity] = [:]
        for (name, value) in json?.object ?? JSONObject() { amounts[name] = Quantity(value) ?? unreadable }
        self.amounts = amounts
    }

    /// The amount; zero for a resource that is not named.
    package subscript(name: String) -> Quantity { amounts[name] ?? .zero }

    package var isEmpty: Bool { amounts.isEmpty }

    /// Adds every amount of `other`.
    package mutating func add(_ other: ResourceList) { amounts.merge(other.amounts, uniquingKeysWith: +) }

    /// Takes the larger amount of each resource.
    package mutating func raise(to other: ResourceList) { amounts.merge(other.amounts, uniquingKeysWith: max) }

    /// The same with the amounts of `other` in the place of ours, for the resources that it names.
    package func replacing(with other: ResourceList) -> ResourceList {
        ResourceList(amounts.merging(other.amounts) { $1 })
    }

    /// A JSON object for a patch.
    package var json: JSON {
        let sorted = amounts.sorted { $0.key < $1.key }
        return .object(JSONObject(sorted.map { ($0.key, .string($0.value.description)) }))
    }
}
