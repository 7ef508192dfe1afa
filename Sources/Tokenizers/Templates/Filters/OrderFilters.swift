extension Jinja.Filters {
    static let orders: [String: Filter] = [
        "sort": Filter("do_sort", "value reverse? case_sensitive? attribute?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in try sort(value, bound, interpreter)
        },
        "dictsort": Filter("do_dictsort", "value case_sensitive? by? reverse?") {
            value, bound, interpreter throws(TemplateError) in try dictSort(value, bound, interpreter.meter)
        },
        "unique": Filter("sync_do_unique", "value case_sensitive? attribute?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in try unique(value, bound, interpreter)
        },
        "min": extremum("do_min", .less),
        "max": extremum("do_max", .greater),
        "groupby": Filter("sync_do_groupby", "value attribute default? case_sensitive?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in try groupBy(value, bound, interpreter)
        },
    ]

    private static func sort(
        _ value: Value, _ bound: Jinja.Bound, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        let paths = try Jinja.AttributePath.paths(bound[3])
        let isCaseSensitive = bound.flag(2)
        let items = try Jinja.collect(value, interpreter.meter)
        var keys: [Value] = []
        for item in items {
            var parts: [Value] = []
            for path in paths {
                parts.append(try path.key(of: item, isCaseSensitive: isCaseSensitive, interpreter))
            }
            // Always a tuple: its parts are asked whether they are equal first, which undefined ones may be.
            keys.append(try .tuple(parts, interpreter.meter))
        }
        let isDescending = try bound.integer(1, default: 0) != 0
        return try .list(
            try Jinja.sorted(items, by: keys, descending: isDescending, interpreter.meter), interpreter.meter)
    }

    private static func dictSort(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        let by = bound[2].map { $0.text ?? "" } ?? "key"
        guard by == "key" || by == "value" else {
            throw TemplateError(.filterArgument, "You can only sort by either \"key\" or \"value\"")
        }
        var items: [Value] = []
        var keys: [Value] = []
        for (key, value) in try members(of: value).pairs {
            items.append(try .tuple([key, value], meter))
            let part = by == "key" ? key : value
            keys.append(bound.flag(1) ? part : try Jinja.AttributePath.ignoringCase(part, meter))
        }
        let isDescending = try bound.integer(3, default: 0) != 0
        return try .list(try Jinja.sorted(items, by: keys, descending: isDescending, meter), meter)
    }

    private static func unique(
        _ value: Value, _ bound: Jinja.Bound, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        let path = try Jinja.AttributePath(bound[2] ?? .none)
        let isCaseSensitive = bound.flag(1)
        var seen: Set<Jinja.HashKey> = []
        return try generator(over: value, interpreter.meter) { item throws(TemplateError) in
            let key = try path.key(of: item, isCaseSensitive: isCaseSensitive, interpreter)
            try interpreter.meter.allocate(64)
            return seen.insert(try Jinja.HashKey(key, interpreter.meter)).inserted ? item : nil
        }
    }

    private static func extremum(_ function: String, _ relation: Jinja.Relation) -> Filter {
        Filter(function, "value case_sensitive? attribute?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in
            let path = try Jinja.AttributePath(bound[2] ?? .none)
            let isCaseSensitive = bound.flag(1)
            var best: (item: Value, key: Value)?
            for item in try Jinja.collect(value, interpreter.meter) {
                let key = try path.key(of: item, isCaseSensitive: isCaseSensitive, interpreter)
                guard let current = best else {
                    best = (item, key)
                    continue
                }
                if try Jinja.compare(key, relation, current.key, interpreter.meter) { best = (item, key) }
            }
            return best?.item ?? .undefined(.hint("No aggregated item, sequence was empty."))
        }
    }

    private static func groupBy(
        _ value: Value, _ bound: Jinja.Bound, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        let meter = interpreter.meter
        let path = try Jinja.AttributePath(bound.required(1), default: bound[2])
        let isCaseSensitive = bound.flag(3)
        let items = try Jinja.collect(value, meter)
        var keys: [Value] = []
        for item in items { keys.append(try path.key(of: item, isCaseSensitive: isCaseSensitive, interpreter)) }
        var groups: [Value] = []
        var members: [Value] = []
        func close() throws(TemplateError) {
            guard let first = members.first else { return }
            // The group goes by the name of its first member, whose case is kept.
            let name = try path.value(of: first, interpreter)
            groups.append(.tuple(try Jinja.Tuple([name, try .list(members, meter)], isGroup: true, meter)))
            members = []
        }
        var lastKey: Value?
        let places = items.indices.map { Value.int($0) }
        for place in try Jinja.sorted(places, by: keys, descending: false, meter).compactMap(\.integer) {
            if let lastKey, try !Jinja.equal(lastKey, keys[place], meter) { try close() }
            lastKey = keys[place]
            members.append(items[place])
        }
        try close()
        return try .list(groups, meter)
    }
}
