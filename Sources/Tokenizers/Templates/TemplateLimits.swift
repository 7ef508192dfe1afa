/// What one rendering may cost. A template comes with a model from a stranger, so each has a bound.
package struct TemplateLimits: Sendable {
    /// Bytes of UTF-8 that a rendering, or a block that it captures, may hold.
    package var outputBytes: Int
    /// Expressions evaluated, items iterated, and text looked at (64 bytes a step, 1,024 when only copied).
    package var steps: Int
    /// Bytes of all values that the template makes, counted when made and never given back.
    package var memoryBytes: Int
    /// Statements, expressions and macro calls inside one another while rendering.
    package var depth: Int

    package init(
        outputBytes: Int = 8 << 20, steps: Int = 5_000_000, memoryBytes: Int = 256 << 20, depth: Int = 400
    ) {
        self.outputBytes = outputBytes
        self.steps = steps
        self.memoryBytes = memoryBytes
        self.depth = depth
    }

    package static let `default` = TemplateLimits()

    /// Bytes of a template's text.
    package static let sourceBytes = 256 << 10
    /// Expressions, or blocks, inside one another in a template's text: the parser recurses once for each.
    static let syntaxDepth = 64
    /// Lists and mappings inside one another; what walks a value recurses once for each.
    static let valueDepth = 160
    /// Items of a `range`, as in jinja2's sandbox.
    static let rangeItems = 100_000
}
