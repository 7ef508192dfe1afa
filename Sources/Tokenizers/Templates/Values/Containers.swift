extension Jinja {
    /// A list. The sandbox lets nobody change one, so it is immutable; it is a reference because templates can
    /// tell two equal lists apart (`is sameas`).
    final class List {
        let items: [Value]
        let depth: Int

        init(_ items: [Value], _ meter: Meter) throws(TemplateError) {
            self.items = items
            depth = try Jinja.depth(of: items, meter)
        }
    }

    /// A tuple; a group of the filter `groupby` also answers to `grouper` and `list`.
    final class Tuple {
        let items: [Value]
        let depth: Int
        let isGroup: Bool

        init(_ items: [Value], isGroup: Bool = false, _ meter: Meter) throws(TemplateError) {
            self.items = items
            self.isGroup = isGroup
            depth = try Jinja.depth(of: items, meter)
        }
    }

    /// A dictionary, which keeps the order of insertion and, in the sandbox, never changes.
    final class Mapping {
        let members: OrderedMembers
        let depth: Int

        init(_ members: OrderedMembers, _ meter: Meter) throws(TemplateError) {
            self.members = members
            try meter.allocate(members.count, each: 96)
            var deepest = 0
            for (key, value) in members.pairs { deepest = max(deepest, key.depth, value.depth) }
            depth = try Jinja.checkedDepth(deepest + 1)
        }
    }

    private static func depth(of items: [Value], _ meter: Meter) throws(TemplateError) -> Int {
        try meter.allocate(items.count, each: 32)
        var deepest = 0
        for item in items { deepest = max(deepest, item.depth) }
        return try checkedDepth(deepest + 1)
    }

    /// Everything that walks a value, down to its release, recurses; so none may be too deep.
    static func checkedDepth(_ depth: Int) throws(TemplateError) -> Int {
        guard depth <= TemplateLimits.valueDepth else {
            throw .limit("Values nest deeper than the \(TemplateLimits.valueDepth) levels allowed")
        }
        return depth
    }
}

extension Jinja.Value {
    static func list(_ items: [Jinja.Value], _ meter: Jinja.Meter) throws(TemplateError) -> Jinja.Value {
        .list(try Jinja.List(items, meter))
    }

    static func tuple(_ items: [Jinja.Value], _ meter: Jinja.Meter) throws(TemplateError) -> Jinja.Value {
        .tuple(try Jinja.Tuple(items, meter))
    }

    static func mapping(_ members: Jinja.OrderedMembers, _ meter: Jinja.Meter) throws(TemplateError) -> Jinja.Value {
        .mapping(try Jinja.Mapping(members, meter))
    }

    /// A new string, counted.
    static func text(
        _ text: String, isMarkup: Bool = false, _ meter: Jinja.Meter
    ) throws(TemplateError) -> Jinja.Value {
        try meter.allocate(text.utf8.count)
        return isMarkup ? .markup(text) : .string(text)
    }
}
