extension Jinja {
    /// How a statement ended.
    enum Flow { case normal, leaveLoop, nextItem }
}

extension Jinja.Interpreter {
    func execute(_ body: [Jinja.Statement], _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        for statement in body {
            let flow = try execute(statement, frame)
            if flow != .normal { return flow }
        }
        return .normal
    }

    private func execute(_ statement: Jinja.Statement, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        try meter.enter()
        defer { meter.leave() }
        try meter.step()
        switch statement {
        case .output(let parts): try write(parts, frame)
        case .set(let assignment): try execute(assignment, frame)
        case .setBlock(let set): return try execute(set, frame)
        case .loop(let loop): return try execute(loop, frame)
        case .condition(let condition): return try execute(condition, frame)
        case .macro(let macro): try define(macro, frame)
        case .call(let caller, let call): try execute(caller, call, frame)
        case .filter(let filter): return try execute(filter, frame)
        case .with(let with): return try execute(with, frame)
        case .autoescape(let escape): return try execute(escape, frame)
        case .generation(let block): try execute(block, from: frame)
        case .block(let block): try execute(block, from: nil)
        case .load(let line):
            throw TemplateError(.type, "no loader for this environment specified").located(line)
        case .leaveLoop: return .leaveLoop
        case .nextItem: return .nextItem
        }
        return .normal
    }

    /// Runs a part of the template; a fault in it that has no line yet has this one.
    func locating<Result>(
        _ line: Int, _ part: () throws(TemplateError) -> Result
    ) throws(TemplateError) -> Result {
        do throws(TemplateError) {
            return try part()
        } catch {
            throw error.located(line)
        }
    }

    // MARK: Output

    private func write(_ parts: [Jinja.OutputPart], _ frame: Jinja.Frame) throws(TemplateError) {
        for part in parts {
            switch part {
            case .text(let text): try write(text)
            case .value(let expression, let line):
                try locating(line) { () throws(TemplateError) in
                    let value = try evaluate(expression, frame)
                    try write(autoescapes ? try Jinja.escape(value, meter) : try Jinja.str(value, meter))
                }
            }
        }
    }

    // MARK: Assignments

    private func execute(_ assignment: Jinja.Assignment, _ frame: Jinja.Frame) throws(TemplateError) {
        try locating(assignment.line) { () throws(TemplateError) in
            try checkNamespaces(in: assignment.target, frame)
            try store(try evaluate(assignment.value, frame), in: assignment.target, frame)
        }
    }

    private func checkNamespaces(in target: Jinja.Target, _ frame: Jinja.Frame) throws(TemplateError) {
        switch target {
        case .name: break
        case .attribute(let symbol, _): _ = try namespace(symbol, frame)
        case .tuple(let targets): for target in targets { try checkNamespaces(in: target, frame) }
        }
    }

    private func namespace(_ symbol: Int, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Namespace {
        guard case .object(let object) = try value(of: symbol, frame), let namespace = object as? Jinja.Namespace else {
            throw TemplateError(.templateRuntime, "cannot assign attribute on non-namespace object")
        }
        return namespace
    }

    func store(_ value: Jinja.Value, in target: Jinja.Target, _ frame: Jinja.Frame) throws(TemplateError) {
        switch target {
        case .name(let symbol): set(value, for: symbol, frame)
        case .attribute(let symbol, let name): try namespace(symbol, frame).set(value, for: name, meter)
        case .tuple(let targets):
            let values = try Jinja.unpack(value, count: targets.count, meter)
            for (target, value) in zip(targets, values) { try store(value, in: target, frame) }
        }
    }

    // MARK: Conditions

    private func execute(
        _ condition: Jinja.Condition, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        for branch in condition.branches {
            let holds = try locating(branch.line) { () throws(TemplateError) in try evaluate(branch.test, frame).isTrue
            }
            if holds { return try execute(branch.body, frame) }
        }
        return try execute(condition.otherwise, frame)
    }
}
