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
    func execute(
        _ filter: Jinja.Expression, _ block: Jinja.Block, _ line: Int, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(block.scope, from: frame)
        var flow = Jinja.Flow.normal
        let text = try capturing { () throws(TemplateError) in flow = try execute(block.body, inner) }
        guard flow == .normal else { return flow }
        try locating(line) { () throws(TemplateError) in
            try write(try Jinja.str(try evaluate(filter, inner, of: text), meter))
        }
        return .normal
    }

    /// `{% with name = value %}`: the values are those outside the block.
    func execute(
        _ assignments: [(target: Jinja.Target, value: Jinja.Expression)], _ block: Jinja.Block, _ line: Int,
        _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(block.scope, from: frame)
        try locating(line) { () throws(TemplateError) in
            for (target, value) in assignments { try store(try evaluate(value, frame), in: target, inner) }
        }
        return try execute(block.body, inner)
    }

    func execute(
        autoescape isOn: Jinja.Expression, _ block: Jinja.Block, _ line: Int, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(block.scope, from: frame)
        let outer = autoescapes
        defer { autoescapes = outer }
        autoescapes = try locating(line) { () throws(TemplateError) in try evaluate(isOn, inner).isTrue }
        return try execute(block.body, inner)
    }

    /// Captured text as a value: it counts as escaped where text is escaped when written.
    func text(_ text: String) throws(TemplateError) -> Jinja.Value {
        try .text(text, isMarkup: autoescapes, meter)
    }
}
