extension Jinja.Interpreter {
    func execute(_ loop: Jinja.Loop, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Flow {
        try locating(loop.line) { () throws(TemplateError) in
            let items = try evaluate(loop.items, frame)
            guard loop.isRecursive else { return try run(loop, over: items, depth: 0, frame) }
            try keep(frame)
            try write(try render(loop, over: items, depth: 0, frame))
            return .normal
        }
    }

    /// What a recursive loop writes over `items`, `depth` levels inside itself.
    func render(
        _ loop: Jinja.Loop, over items: Jinja.Value, depth: Int, _ frame: Jinja.Frame
    ) throws(TemplateError) -> String {
        try meter.enter()
        defer { meter.leave() }
        return try capturing { () throws(TemplateError) in _ = try run(loop, over: items, depth: depth, frame) }
    }

    private func run(
        _ loop: Jinja.Loop, over items: Jinja.Value, depth: Int, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Flow {
        let inner = try enter(loop.body.scope, from: frame)
        let iterator = try iterator(of: loop, over: items, frame)
        let isComplete: Bool
        if inner.scope.usesLoop {
            let recursion = loop.isRecursive ? Jinja.LoopContext.Recursion(loop: loop, frame: frame) : nil
            let length = loop.test == nil ? Jinja.count(of: items) : nil
            let context = Jinja.LoopContext(iterator, length: length, recursion: recursion, depth: depth)
            defer { context.finish() }
            set(.object(context), for: program.names.loop, inner)
            isComplete = try run(loop, inner) { () throws(TemplateError) in try context.next() }
        } else {
            isComplete = try run(loop, inner) { () throws(TemplateError) in try iterator.next() }
        }
        inner.release()
        if isComplete || loop.otherwise.body.isEmpty { return .normal }
        return try execute(loop.otherwise.body, try enter(loop.otherwise.scope, from: frame))
    }

    /// Runs the body for every item.
    ///
    /// - Returns: whether it ever ran to its end. The reference takes the `else` of a loop when it did not,
    ///   also when `break` or `continue` is the reason.
    private func run(
        _ loop: Jinja.Loop, _ inner: Jinja.Frame, next: () throws(TemplateError) -> Jinja.Value?
    ) throws(TemplateError) -> Bool {
        var isComplete = false
        while let item = try next() {
            try meter.step()
            try begin(inner)
            try store(item, in: loop.target, inner)
            switch try execute(loop.body.body, inner) {
            case .normal: isComplete = true
            case .nextItem: continue
            case .leaveLoop: return isComplete
            }
        }
        return isComplete
    }

    /// The items of a loop for which its `if` holds, tested one by one as the loop asks for them.
    private func iterator(
        of loop: Jinja.Loop, over items: Jinja.Value, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.ValueIterator {
        let all = try Jinja.makeIterator(of: items, meter)
        guard let test = loop.test else { return all }
        let tested = try enter(loop.testScope, from: frame)
        return try Jinja.ValueIterator(depth: all.depth) { [self] () throws(TemplateError) in
            while let item = try all.next() {
                try meter.step()
                try store(item, in: loop.target, tested)
                if try evaluate(test, tested).isTrue { return item }
            }
            return nil
        }
    }
}

extension Jinja {
    /// `len` of a value, for what has one.
    static func count(of value: Value) -> Int? {
        switch value {
        case .undefined: 0
        case .string(let text), .markup(let text): text.codePointCount
        case .list(let list): list.items.count
        case .tuple(let tuple): tuple.items.count
        case .mapping(let mapping): mapping.members.count
        case .range(let range): range.count
        case .object(let object): object.count
        case .none, .bool, .int, .float: nil
        }
    }
}
