extension Jinja.Interpreter {
    /// `{% set name %}…{% endset %}`
    func execute(_ set: Jinja.SetBlock, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(set.block.scope, from: frame)
        var flow = Jinja.Flow.normal
        let text = try capturing { () throws(TemplateError) in flow = try execute(set.block.body, inner) }
        guard flow == .normal else { return flow }
        try locating(set.line) { () throws(TemplateError) in
            let value =
                if let filter = set.filter { try evaluate(filter, inner, of: text) } else { try self.text(text) }
            try store(value, in: set.target, frame)
        }
        return .normal
    }

    /// `{% filter name %}…{% endfilter %}`
    func execute(_ filter: Jinja.FilterBlock, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(filter.block.scope, from: frame)
        var flow = Jinja.Flow.normal
        let text = try capturing { () throws(TemplateError) in flow = try execute(filter.block.body, inner) }
        guard flow == .normal else { return flow }
        try locating(filter.line) { () throws(TemplateError) in
            try write(try Jinja.str(try evaluate(filter.filter, inner, of: text), meter))
        }
        return .normal
    }

    /// `{% with name = value %}`: the values are those outside the block.
    func execute(_ with: Jinja.With, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(with.block.scope, from: frame)
        try locating(with.line) { () throws(TemplateError) in
            for (target, value) in with.assignments { try store(try evaluate(value, frame), in: target, inner) }
        }
        return try execute(with.block.body, inner)
    }

    func execute(_ escape: Jinja.Autoescape, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(escape.block.scope, from: frame)
        let outer = autoescapes
        defer { autoescapes = outer }
        autoescapes = try locating(escape.line) { () throws(TemplateError) in try evaluate(escape.isOn, inner).isTrue }
        return try execute(escape.block.body, inner)
    }

    /// A block that no loop control leaves.
    func execute(_ block: Jinja.Block, from frame: Jinja.Frame?) throws(TemplateError) {
        _ = try execute(block.body, try enter(block.scope, from: frame))
    }

    /// Captured text as a value: it counts as escaped where text is escaped when written.
    func text(_ text: String) throws(TemplateError) -> Jinja.Value {
        try .text(text, isMarkup: autoescapes, meter)
    }
}
