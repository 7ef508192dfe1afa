extension Jinja.Interpreter {
    /// `owner.name`: an attribute if there is one, else the item of that name.
    func attribute(_ name: String, of owner: Jinja.Value) throws(TemplateError) -> Jinja.Value {
        if let error = owner.undefinedError { throw error }
        if let attribute = try ownAttribute(name, of: owner) { return attribute }
        if case .mapping(let mapping) = owner, let value = mapping.members[name] { return value }
        return .undefined(.attribute(name, owner: owner.ownerName))
    }

    /// `owner[key]`: an item if there is one, else the attribute of that name.
    func item(_ key: Jinja.Value, of owner: Jinja.Value) throws(TemplateError) -> Jinja.Value {
        if let error = owner.undefinedError { throw error }
        if let item = try ownItem(key, of: owner) { return item }
        guard let name = key.text else {
            return .undefined(.element(try Jinja.repr(key, meter), owner: owner.ownerName))
        }
        return try ownAttribute(name, of: owner) ?? .undefined(.attribute(name, owner: owner.ownerName))
    }

    private func ownItem(_ key: Jinja.Value, of owner: Jinja.Value) throws(TemplateError) -> Jinja.Value? {
        switch owner {
        case .mapping(let mapping):
            do throws(TemplateError) {
                return try mapping.members.value(for: key, meter)
            } catch {
                // A key without a hash is not there; running out of steps is another matter.
                if error.kind == .limit { throw error }
                return nil
            }
        case .list(let list): return Self.element(key, of: list.items)
        case .tuple(let tuple): return Self.element(key, of: tuple.items)
        case .string(let text), .markup(let text):
            guard let place = key.integer else { return nil }
            try meter.scan(min(place.magnitude > Int32.max ? text.utf8.count : abs(place), text.utf8.count))
            return text.codePoint(at: place).map { owner.isMarkup ? .markup($0) : .string($0) }
        case .range(let range):
            guard let place = Self.place(key, count: range.count) else { return nil }
            return .int(range[place])
        default: return nil
        }
    }

    private static func element(_ key: Jinja.Value, of items: [Jinja.Value]) -> Jinja.Value? {
        place(key, count: items.count).map { items[$0] }
    }

    /// The place that an index means, from the end when it is negative; nil beyond both ends.
    private static func place(_ key: Jinja.Value, count: Int) -> Int? {
        guard let index = key.integer, index < count, index >= -count else { return nil }
        return index < 0 ? index + count : index
    }

    /// What Python's `getattr` finds, as far as the sandbox shows it.
    func ownAttribute(_ name: String, of owner: Jinja.Value) throws(TemplateError) -> Jinja.Value? {
        if case .object(let object) = owner, let value = try object.attribute(name, self) { return value }
        if let method = Jinja.Methods.method(name, of: owner) {
            try meter.allocate(64)
            return .object(Jinja.BoundMethod(name, of: owner, method))
        }
        if Jinja.Methods.isUnsafe(name, of: owner) {
            return .undefined(.unsafe(name, type: owner.typeName))
        }
        switch (owner, name) {
        case (.range(let range), "start"): return .int(range.start)
        case (.range(let range), "stop"): return .int(range.stop)
        case (.range(let range), "step"): return .int(range.step)
        case (.tuple(let tuple), "grouper") where tuple.isGroup: return tuple.items.first
        case (.tuple(let tuple), "list") where tuple.isGroup: return tuple.items.last
        case (.int, "real"), (.float, "real"), (.int, "numerator"): return owner
        case (.int, "imag"): return .int(0)
        case (.float, "imag"): return .float(0)
        case (.int, "denominator"): return .int(1)
        default: return nil
        }
    }
}
