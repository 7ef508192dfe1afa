extension Jinja.Filters {
    static let sequences: [String: Filter] = [
        "length": length,
        "count": length,
        "list": Filter("sync_do_list", "value") { value, _, interpreter throws(TemplateError) in
            try .list(try Jinja.collect(value, interpreter.meter), interpreter.meter)
        },
        "first": Filter("sync_do_first", "seq", hidden: 1) { value, _, interpreter throws(TemplateError) in
            try Jinja.makeIterator(of: value, interpreter.meter).next()
                ?? .undefined(.hint("No first item, sequence was empty."))
        },
        "last": Filter("do_last", "seq", hidden: 1) { value, _, interpreter throws(TemplateError) in
            guard let reversed = try reversed(value, interpreter.meter) else {
                throw .type("'\(value.typeName)' object is not reversible")
            }
            return try reversed.next() ?? .undefined(.hint("No last item, sequence was empty."))
        },
        "random": Filter("do_random", "seq", hidden: 1) { _, _, _ throws(TemplateError) in
            throw TemplateError(.security, "The filter 'random' is not available: a prompt must not depend on chance")
        },
        "reverse": Filter("do_reverse", "value") { value, _, interpreter throws(TemplateError) in
            try reverse(value, interpreter.meter)
        },
        "join": Filter("sync_do_join", "value d? attribute?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in
            try join(value, bound, interpreter)
        },
        "items": Filter("do_items", "value") { value, _, interpreter throws(TemplateError) in
            try items(of: value, interpreter.meter)
        },
        "slice": Filter("sync_do_slice", "value slices fill_with?") { value, bound, interpreter throws(TemplateError) in
            try divided(value, interpreter.meter) { value throws(TemplateError) in
                try slices(of: value, bound, interpreter.meter)
            }
        },
        "batch": Filter("do_batch", "value linecount fill_with?") { value, bound, interpreter throws(TemplateError) in
            try divided(value, interpreter.meter) { value throws(TemplateError) in
                try batches(of: value, bound, interpreter.meter)
            }
        },
    ]

    private static let length = Filter(native: "len", "obj") { value, _, interpreter throws(TemplateError) in
        if let text = value.text { try interpreter.meter.scan(text.utf8.count) }
        if let count = Jinja.count(of: value) { return .int(count) }
        if case .object(let object) = value, let loop = object as? Jinja.LoopContext {
            return try loop.attribute("length", interpreter) ?? .none
        }
        throw .type("object of type '\(value.typeName)' has no len()")
    }

    // MARK: Order

    /// The items from the last to the first; nil for what can only be read forwards.
    private static func reversed(_ value: Value, _ meter: Meter) throws(TemplateError) -> Jinja.ValueIterator? {
        let name: String
        switch value {
        case .undefined, .string, .markup, .tuple: name = "reversed"
        case .list: name = "list_reverseiterator"
        case .mapping: name = "dict_reversekeyiterator"
        case .range: name = "range_iterator"
        case .object(let object as Jinja.MappingView): name = "\(object.typeName.dropLast())iterator"
        default: return nil
        }
        let items = try Jinja.collect(value, meter)
        try meter.allocate(items.count, each: 32)
        return Jinja.ValueIterator(items.reversed(), name: name, depth: value.depth)
    }

    private static func reverse(_ value: Value, _ meter: Meter) throws(TemplateError) -> Value {
        if let text = value.text {
            try meter.scan(text.utf8.count)
            return try .text(String(scalars: text.unicodeScalars.reversed()), isMarkup: value.isMarkup, meter)
        }
        if let iterator = try reversed(value, meter) { return .object(iterator) }
        guard Jinja.isIterable(value) else {
            throw TemplateError(.filterArgument, "argument must be iterable")
        }
        return try .list(try Jinja.collect(value, meter).reversed(), meter)
    }

    private static func join(
        _ value: Value, _ bound: Jinja.Bound, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        let meter = interpreter.meter
        let path = try Jinja.AttributePath(bound[2] ?? .none)
        let separator = bound[1] ?? .string("")
        var items: [Value] = []
        for item in try Jinja.collect(value, meter) { items.append(try path.value(of: item, interpreter)) }
        let isMarkup = interpreter.autoescapes && (separator.isMarkup || items.contains { $0.isMarkup })
        var parts: [String] = []
        for item in items { parts.append(isMarkup ? try Jinja.escape(item, meter) : try Jinja.str(item, meter)) }
        let between = isMarkup ? try Jinja.escape(separator, meter) : try Jinja.str(separator, meter)
        let text = try Jinja.join(parts, by: between, meter)
        return isMarkup ? .markup(text) : .string(text)
    }

    // MARK: Parts

    private static func items(of value: Value, _ meter: Meter) throws(TemplateError) -> Value {
        var place = 0
        return .object(
            try Jinja.ValueIterator(depth: value.depth) { () throws(TemplateError) in
                if value.isUndefined { return nil }
                guard case .mapping(let mapping) = value else {
                    throw .type("Can only get item pairs from a mapping.")
                }
                guard place < mapping.members.count else { return nil }
                place += 1
                let (key, item) = mapping.members.pairs[place - 1]
                return try .tuple([key, item], meter)
            })
    }

    /// An iterator over what `parts` makes of a value when the first part is asked for.
    ///
    /// A value that is itself an iterator is read at once: what it will give cannot be measured before.
    private static func divided(
        _ value: Value, _ meter: Meter,
        into parts: @escaping (Value) throws(TemplateError) -> [Value]
    ) throws(TemplateError) -> Value {
        var source = value
        if case .object = value { source = try .list(try Jinja.collect(value, meter), meter) }
        var iterator: Jinja.ValueIterator?
        return .object(
            try Jinja.ValueIterator(depth: source.depth + 1) { () throws(TemplateError) in
                if iterator == nil { iterator = Jinja.ValueIterator(try parts(source)) }
                return try iterator?.next()
            })
    }

    private static func slices(
        of value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> [Value] {
        let items = try Jinja.collect(value, meter)
        let count = try Jinja.integer(bound.required(1))
        guard count != 0 else { throw TemplateError(.zeroDivision, "integer division or modulo by zero") }
        guard count > 0 else { return [] }
        try meter.allocate(count, each: 64)
        let (size, longer) = items.count.quotientAndRemainder(dividingBy: count)
        var slices: [Value] = []
        var start = 0
        for place in 0..<count {
            let end = start + size + (place < longer ? 1 : 0)
            var slice = Array(items[start..<end])
            if let filler = bound.some(2), place >= longer { slice.append(filler) }
            slices.append(try .list(slice, meter))
            start = end
        }
        return slices
    }

    private static func batches(
        of value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> [Value] {
        let size = bound.required(1).integer
        var batches: [Value] = []
        var batch: [Value] = []
        for item in try Jinja.collect(value, meter) {
            if batch.count == size {
                batches.append(try .list(batch, meter))
                batch = []
            }
            batch.append(item)
        }
        if !batch.isEmpty {
            if let filler = bound.some(2), let size, batch.count < size {
                try meter.allocate(size - batch.count, each: 32)
                batch += Array(repeating: filler, count: size - batch.count)
            }
            batches.append(try .list(batch, meter))
        }
        return batches
    }
}
