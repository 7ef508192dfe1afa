/// What says that the machine is its owner's now. Sorted by how plainly it says so.
package enum YieldSignal: String, Sendable, CaseIterable, Comparable {
    /// `gleaner yield`.
    case order
    /// The command that the owner named succeeds.
    case command
    /// The systemd unit that the owner named runs.
    case unit
    /// Processes that are not ours compute on the accelerator.
    case accelerator
    /// Processes that are not ours want the processor that we use.
    case processor = "cpu"

    package static func < (left: YieldSignal, right: YieldSignal) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// What `gleaner yield` asked for.
package struct YieldOrder: Sendable, Equatable {
    package var releasesMemory: Bool
    /// When it ends by itself, in seconds of the policy's clock; nil: with `gleaner resume`.
    package var until: Double?

    package init(releasesMemory: Bool, until: Double? = nil) {
        self.releasesMemory = releasesMemory
        self.until = until
    }
}

/// Everything that speaks for or against serving at one moment.
package struct MachineLook: Sendable, Equatable {
    package var order: YieldOrder?
    /// Signals that say by themselves whether they are there, each with what it says.
    package var present: [YieldSignal: String]
    /// Nil: nobody looks at the processor, or it was not looked at yet.
    package var processor: ProcessorShare?

    package init(
        order: YieldOrder? = nil, present: [YieldSignal: String] = [:], processor: ProcessorShare? = nil
    ) {
        self.order = order
        self.present = present
        self.processor = processor
    }
}
