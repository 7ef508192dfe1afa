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
        case .set(let target, let value, let line):
            try locating(line) { () throws(TemplateError) in try assign(value, to: target, frame) }
        case .setBlock(let set): return try execute(set, frame)
        case .loop(let loop): return try locating(loop.line) { () throws(TemplateError) in try execute(loop, frame) }
        case .condition(let branches, let otherwise): return try execute(branches, otherwise, frame)
        case .macro(let macro): try define(macro, frame)
        case .call(let caller, let callee, let arguments):
            try locating(caller.line) { () throws(TemplateError) in try execute(caller, callee, arguments, frame) }
        case .filter(let filter, let block, let line): return try execute(filter, block, line, frame)
        case .with(let assignments, let block, let line): return try execute(assignments, block, line, frame)
        case .autoescape(let isOn, let block, let line): return try execute(autoescape: isOn, block, line, frame)
        case .generation(let block): _ = try execute(block.body, try enter(block.scope, from: frame))
        case .block(let block, _): _ = try execute(block.body, try enter(block.scope, from: nil))
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

    private func assign(
        _ expression: Jinja.Expression, to target: Jinja.Target, _ frame: Jinja.Frame
    ) throws(TemplateError) {
        try checkNamespaces(in: target, frame)
        try store(try evaluate(expression, frame), in: target, frame)
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
        _ branches: [Jinja.Branch], _ otherwise: [Jinja.Statement], _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        for branch in branches {
            let holds = try locating(branch.line) { () throws(TemplateError) in try evaluate(branch.test, frame).isTrue
            }
            if holds { return try execute(branch.body, frame) }
        }
        return try execute(otherwise, frame)
    }
}
