/// What a run was and what it measured.
package struct LoadReport: Sendable, Equatable {
    package let plan: LoadPlan
    /// As the server knows it.
    package let model: String
    package let summary: Summary

    package init(plan: LoadPlan, model: String, summary: Summary) {
        self.plan = plan
        self.model = model
        self.summary = summary
    }

    /// Whether the run was stopped before its last request had ended.
    package var isInterrupted: Bool { summary.numUnfinished > 0 }

    /// Whether requests ended, and none of them well.
    package var isFailure: Bool { summary.numCompleted == 0 && summary.numFailed > 0 }
}
