/// Accelerators that the owner's side asks for and does not have yet.
package struct PendingRequest: Sendable, Hashable {
    package enum Source: String, Sendable, Hashable {
        case pod
        /// Pods that start together or not at all.
        case gang
        /// A queue system's job that is admitted and whose pods do not exist yet, or that waits for room on nodes.
        case workload
    }

    /// One pod of it.
    package struct Member: Sendable, Hashable {
        package var requests: Resources
        package var rule: PlacementRule
        package var nominatedNode: String?

        package init(requests: Resources, rule: PlacementRule = PlacementRule(), nominatedNode: String? = nil) {
            self.requests = requests
            self.rule = rule
            self.nominatedNode = nominatedNode
        }
    }

    /// For people: `team/job-7`.
    package let name: String
    package let source: Source
    package let members: [Member]
    package let priority: Int
    package let sinceMs: Int64
    /// Until then the scheduler makes room by itself, and our help would clear a second node for nothing.
    package let helpFromMs: Int64

    /// A scheduler's first attempt and the patch of its nomination take some 25 ms; a burst takes longer, and is helped.
    package static let schedulersTurnMs: Int64 = 200

    package init(
        name: String, source: Source, members: [Member], priority: Int = 0, sinceMs: Int64, isPreempting: Bool = false
    ) {
        self.name = name
        self.source = source
        self.members = members
        self.priority = priority
        self.sinceMs = sinceMs
        let (turnOver, isNever) = sinceMs.addingReportingOverflow(Self.schedulersTurnMs)
        helpFromMs = !isPreempting ? sinceMs : isNever ? .max : turnOver
    }
}
