extension Jinja {
    /// `left == right`: numbers by value, text by code points, containers by their items, objects by identity.
    static func equal(_ left: Value, _ right: Value, _ meter: Meter) throws(TemplateError) -> Bool {
        try meter.step()
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.list(let left), .list(let right)):
            return left === right ? true : try equal(left.items, right.items, meter)
        case (.tuple(let left), .tuple(let right)):
            return left === right ? true : try equal(left.items, right.items, meter)
        case (.mapping(let left), .mapping(let right)):
            return left === right ? true : try equal(left.members, right.members, meter)
        case (.range(let left), .range(let right)):
            return left.count == right.count && (left.count == 0 || left.start == right.start)
                && (left.count < 2 || left.step == right.step)
        case (.object(let left), .object(let right)): return try equal(left, right, meter)
        default: break
        }
        if let left = left.text, let right = right.text {
            try meter.scan(min(left.utf8.count, right.utf8.count))
            return left.isSameText(as: right)
        }
        return compareNumbers(left, right) == .equal
    }

    static func equal(_ left: [Value], _ right: [Value], _ meter: Meter) throws(TemplateError) -> Bool {
        guard left.count == right.count else { return false }
        for place in left.indices where try !equal(left[place], right[place], meter) { return false }
        return true
    }

    private static func equal(
        _ left: OrderedMembers, _ right: OrderedMembers, _ meter: Meter
    ) throws(TemplateError) -> Bool {
        guard left.count == right.count else { return false }
        for (key, value) in left.pairs {
            guard let other = try right.value(for: key, meter), try equal(value, other, meter) else { return false }
        }
        return true
    }

    /// Views of keys and items are equal as sets are; every other object is equal to itself only.
    private static func equal(_ left: Object, _ right: Object, _ meter: Meter) throws(TemplateError) -> Bool {
        if left === right { return true }
        guard let left = left as? MappingView, let right = right as? MappingView,
            left.part == right.part, left.part != .values, left.count == right.count
        else { return false }
        for (key, value) in left.mapping.members.pairs {
            guard let other = try right.mapping.members.value(for: key, meter) else { return false }
            if left.part == .items, try !equal(value, other, meter) { return false }
        }
        return true
    }

    /// `left is right`. Python shares small constants, so text and numbers are the same when they are equal.
    static func isSame(_ left: Value, _ right: Value, _ meter: Meter) throws(TemplateError) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.string, .string), (.none, .none): try equal(left, right, meter)
        case (.list(let left), .list(let right)): left === right
        case (.tuple(let left), .tuple(let right)): left === right || (left.items.isEmpty && right.items.isEmpty)
        case (.mapping(let left), .mapping(let right)): left === right
        case (.object(let left), .object(let right)): left === right
        default: false
        }
    }

    /// `item in container`
    static func contains(_ container: Value, _ item: Value, _ meter: Meter) throws(TemplateError) -> Bool {
        switch container {
        case .string(let text), .markup(let text):
            guard let pattern = item.text else {
                throw .type("'in <string>' requires string as left operand, not \(item.typeName)")
            }
            return try contains(pattern, in: text, meter)
        case .mapping(let mapping): return try mapping.members.value(for: item, meter) != nil
        case .range(let range):
            if let value = item.integer { return range.contains(value) }
            guard let value = item.float, let whole = Int(exactly: value) else { return false }
            return range.contains(whole)
        default: break
        }
        guard isIterable(container) else {
            throw .type("argument of type '\(container.typeName)' is not iterable")
        }
        let iterator = try makeIterator(of: container, meter)
        while let candidate = try iterator.next() {
            if try equal(candidate, item, meter) { return true }
        }
        return false
    }
}
