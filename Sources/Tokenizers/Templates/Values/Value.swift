extension Jinja {
    /// A value of a template: one of Python's, as far as templates see them.
    enum Value {
        case undefined(Undefined)
        case none
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
        /// Text that counts as escaped (`markupsafe.Markup`): text added to it is escaped first.
        case markup(String)
        case list(List)
        case tuple(Tuple)
        case mapping(Mapping)
        case range(IntegerRange)
        case object(Object)
    }
}

extension Jinja.Value {
    /// The name of the type in Python's messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "str"
        case .markup: "Markup"
        case .list: "list"
        case .tuple(let tuple): tuple.isGroup ? "_GroupTuple" : "tuple"
        case .mapping: "dict"
        case .range: "range"
        case .object(let object): object.typeName
        }
    }

    /// The type of an argument in the messages of C functions.
    var argumentName: String { isNone ? "None" : typeName }

    /// What has an attribute or lacks it, in the messages of undefined values.
    var ownerName: String {
        switch self {
        case .none: "None"
        case .undefined: "jinja2.runtime.Undefined object"
        case .markup: "markupsafe.Markup object"
        case .tuple(let tuple) where tuple.isGroup: "jinja2.filters._GroupTuple object"
        case .object(let object): object.ownerName
        default: "\(typeName) object"
        }
    }

    /// The characters of a string of either kind.
    var text: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// An integer, or a boolean, which is one in Python.
    var integer: Int? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A number of any kind as a float.
    var float: Double? {
        switch self {
        case .float(let value): value
        default: integer.map(Double.init)
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }

    var isNone: Bool { if case .none = self { true } else { false } }

    /// What a condition makes of the value.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .list(let list): !list.items.isEmpty
        case .tuple(let tuple): !tuple.items.isEmpty
        case .mapping(let mapping): !mapping.members.isEmpty
        case .range(let range): range.count > 0
        case .object(let object): object.isTrue
        }
    }

    /// How many containers are inside one another in the value, itself included.
    var depth: Int {
        switch self {
        case .list(let list): list.depth
        case .tuple(let tuple): tuple.depth
        case .mapping(let mapping): mapping.depth
        case .object(let object): object.depth
        default: 0
        }
    }

    /// The error of an operation that an undefined value takes part in.
    var undefinedError: TemplateError? {
        if case .undefined(let undefined) = self { undefined.error } else { nil }
    }
}
