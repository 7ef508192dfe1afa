extension Jinja {
    /// `namespace(…)`: the one value that templates can change, so that loops can carry something out.
    final class Namespace: Object, Releasable {
        private(set) var members: OrderedMembers
        private var isPrinting = false

        init(_ members: OrderedMembers) throws(TemplateError) {
            self.members = OrderedMembers()
            super.init()
            for (key, _) in members.pairs {
                if let name = key.text { try Namespace.check(name) }
            }
            self.members = members
        }

        override var typeName: String { "TemplateNamespace" }
        override var ownerName: String { "transformers.utils.chat_template_utils.TemplateNamespace object" }

        override func attribute(_ name: String, _ interpreter: Interpreter) -> Value? { members[name] }

        func set(_ value: Value, for name: String, _ meter: Meter) throws(TemplateError) {
            try Namespace.check(name)
            try meter.allocate(32)
            members.set(value, for: name)
        }

        override func representation(_ meter: Meter) throws(TemplateError) -> String {
            if isPrinting { return "<Namespace {...}>" }
            isPrinting = true
            defer { isPrinting = false }
            try meter.enter()
            defer { meter.leave() }
            return "<Namespace \(try Jinja.repr(.mapping(members, meter), meter))>"
        }

        func release() { members = OrderedMembers() }

        private static func check(_ name: String) throws(TemplateError) {
            guard name.utf8.first == UInt8(ascii: "_") else { return }
            throw TemplateError(
                .security,
                "Chat templates cannot store underscore-prefixed attributes on a namespace, but got "
                    + "\(Jinja.repr(name)). Please rename the attribute.")
        }
    }
}
