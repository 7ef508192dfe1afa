extension Jinja {
    /// The value of what does not exist, and why it does not: most uses of it are errors that say so.
    indirect enum Undefined {
        case name(String)
        /// A missing attribute of an owner.
        case attribute(String, owner: String)
        /// A missing item of an owner, with the representation of its key.
        case element(String, owner: String)
        /// An attribute that the sandbox keeps back, of a type.
        case unsafe(String, type: String)
        /// Whatever else, in a sentence.
        case hint(String)
    }
}

extension Jinja.Undefined {
    var error: TemplateError {
        switch self {
        case .name(let name): .undefined("\(Jinja.repr(name)) is undefined")
        case .attribute(let name, let owner): .undefined("\(Jinja.repr(owner)) has no attribute \(Jinja.repr(name))")
        case .element(let key, let owner): .undefined("\(owner) has no element \(key)")
        case .unsafe(let name, let type):
            TemplateError(.security, "access to attribute \(Jinja.repr(name)) of '\(type)' object is unsafe.")
        case .hint(let sentence): .undefined(sentence)
        }
    }
}
