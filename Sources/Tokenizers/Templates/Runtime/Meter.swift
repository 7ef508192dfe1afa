extension Jinja {
    /// Counts what a rendering costs, and stops it when it costs too much.
    final class Meter {
        let limits: TemplateLimits
        private var steps = 0
        private var memory = 0
        private var depth = 0

        init(limits: TemplateLimits) { self.limits = limits }

        func step(_ count: Int = 1) throws(TemplateError) {
            steps += count
            guard steps <= limits.steps else {
                throw .limit("The template takes more than the \(limits.steps) steps allowed")
            }
        }

        /// Text that is looked at, character by character.
        func scan(_ bytes: Int) throws(TemplateError) { try step(bytes >> 6) }

        /// A value that is made; to be asked before it is.
        func allocate(_ bytes: Int) throws(TemplateError) {
            let (sum, overflow) = memory.addingReportingOverflow(bytes)
            guard bytes >= 0, !overflow, sum <= limits.memoryBytes else {
                throw .limit("The values of the template take more than the \(limits.memoryBytes) bytes allowed")
            }
            memory = sum
            try step(bytes >> 10)
        }

        /// `count` values of `bytes` each.
        func allocate(_ count: Int, each bytes: Int) throws(TemplateError) {
            let (total, overflow) = count.multipliedReportingOverflow(by: bytes)
            try allocate(overflow ? Int.max : total)
        }

        /// Goes one level deeper; `leave` comes back. Whatever recurses while rendering goes through here.
        func enter() throws(TemplateError) {
            depth += 1
            guard depth <= limits.depth else {
                throw .limit("The template nests deeper than the \(limits.depth) levels allowed while rendering")
            }
        }

        func leave() { depth -= 1 }
    }
}
