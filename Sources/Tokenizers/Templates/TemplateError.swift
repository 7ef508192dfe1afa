/// Why a template could not be read or rendered: what was wrong, and on which line.
///
/// `message` is what the reference (jinja2 under CPython) says for the same fault, so that an answer found for
/// one serves for the other; limits are this interpreter's own.
package struct TemplateError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The text is not a template.
        case syntax
        /// The template called `raise_exception`: it refuses this conversation, and `message` says why.
        case raised
        /// The template did what its values do not allow.
        case runtime
        /// The template asked for more than `TemplateLimits` allow.
        case limit
    }

    /// The exception that the reference raises for the fault.
    package enum Exception: String, Sendable {
        case templateError = "TemplateError"
        case templateSyntax = "TemplateSyntaxError"
        case templateAssertion = "TemplateAssertionError"
        case templateRuntime = "TemplateRuntimeError"
        case undefined = "UndefinedError"
        case security = "SecurityError"
        case filterArgument = "FilterArgumentError"
        case pythonSyntax = "SyntaxError"
        case type = "TypeError"
        case value = "ValueError"
        case attribute = "AttributeError"
        case key = "KeyError"
        case index = "IndexError"
        case runtime = "RuntimeError"
        case assertion = "AssertionError"
        case zeroDivision = "ZeroDivisionError"
        case overflow = "OverflowError"
        case limit = "TemplateLimitError"
    }

    package var kind: Kind { fault.kind }
    package var exception: Exception { fault.exception }
    package var message: String { fault.message }
    /// The line of the template, from 1; nil for a fault in the conversation itself.
    package var line: Int? { fault.line }

    /// The parts of the error are behind one reference: every frame of the interpreter that an error of several
    /// words could pass would keep room for it on the stack, once for each call that it makes.
    private let fault: Fault

    private final class Fault: Sendable {
        let kind: Kind
        let exception: Exception
        let message: String
        let line: Int?

        init(_ kind: Kind, _ exception: Exception, _ message: String, line: Int?) {
            self.kind = kind
            self.exception = exception
            self.message = message
            self.line = line
        }
    }

    /// The fault in one line: "TypeError: 'NoneType' object is not iterable".
    package var summary: String { "\(exception.rawValue): \(message)" }

    package var description: String {
        if let line { "line \(line) of the chat template: \(summary)" } else { summary }
    }
}

extension TemplateError {
    /// A fault met while rendering; the statement that it breaks adds its line.
    init(_ exception: Exception, _ message: String) {
        self.init(kind: .runtime, exception: exception, message: message, line: nil)
    }

    private init(kind: Kind, exception: Exception, message: String, line: Int?) {
        fault = Fault(kind, exception, message, line: line)
    }

    package static func == (left: TemplateError, right: TemplateError) -> Bool {
        left.kind == right.kind && left.exception == right.exception && left.message == right.message
            && left.line == right.line
    }

    static func syntax(
        _ message: String, line: Int, exception: Exception = .templateSyntax
    ) -> TemplateError {
        TemplateError(kind: .syntax, exception: exception, message: message, line: line)
    }

    static func raised(_ message: String) -> TemplateError {
        TemplateError(kind: .raised, exception: .templateError, message: message, line: nil)
    }

    static func limit(_ message: String, line: Int? = nil) -> TemplateError {
        TemplateError(kind: .limit, exception: .limit, message: message, line: line)
    }

    static func type(_ message: String) -> TemplateError { TemplateError(.type, message) }
    static func value(_ message: String) -> TemplateError { TemplateError(.value, message) }
    static func undefined(_ message: String) -> TemplateError { TemplateError(.undefined, message) }

    /// The same fault, on `line` unless a statement further in has already said where.
    func located(_ line: Int) -> TemplateError {
        guard self.line == nil else { return self }
        return TemplateError(kind: kind, exception: exception, message: message, line: line)
    }
}
