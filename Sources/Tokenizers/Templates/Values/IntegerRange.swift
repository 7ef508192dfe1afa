extension Jinja {
    /// The integers from `start` to before `stop`, `step` apart; at most `TemplateLimits.rangeItems` of them.
    /// A reference, so that a `Value` stays two words and a tag.
    final class IntegerRange: Sendable {
        let start: Int
        let stop: Int
        let step: Int
        let count: Int

        init(start: Int, stop: Int, step: Int) throws(TemplateError) {
            guard step != 0 else { throw .value("range() arg 3 must not be zero") }
            self.start = start
            self.stop = stop
            self.step = step
            let (distance, overflow) = stop.subtractingReportingOverflow(start)
            let isEmpty = step > 0 ? start >= stop : start <= stop
            let count = isEmpty ? 0 : (distance.magnitude - 1) / step.magnitude + 1
            guard isEmpty || (!overflow && count <= TemplateLimits.rangeItems) else {
                throw TemplateError(
                    .overflow,
                    "Range too big. The sandbox blocks ranges larger than"
                        + " MAX_RANGE (\(TemplateLimits.rangeItems)).")
            }
            self.count = Int(count)
        }

        /// The item at `place`, from 0 up to `count`.
        subscript(place: Int) -> Int { start + place * step }

        var values: [Value] { (0..<count).map { .int(self[$0]) } }

        func contains(_ value: Int) -> Bool {
            guard count > 0 else { return false }
            let last = self[count - 1]
            guard min(start, last) <= value, value <= max(start, last) else { return false }
            return (value - start) % step == 0
        }
    }
}
