package import JSON

/// A chat template (Jinja): the text of a model that turns messages into its prompt.
///
/// Parsed once, rendered often, from many tasks at once: a value is immutable and cheap to copy. The language
/// is that of jinja2 3.1 in the environment in which transformers renders chat templates
/// (`apply_chat_template`): blocks are trimmed, the sandbox is immutable, `break`, `continue` and
/// `generation` are known. Nothing is read or written, and every loop, depth and size is bounded.
package struct ChatTemplate: Sendable {
    private let program: Jinja.Program

    /// Reads the text of a template.
    ///
    /// - Throws: `TemplateError` of kind `syntax`, or `limit` for a text that is too long or nests too deeply.
    package init(_ source: String) throws(TemplateError) {
        program = try Jinja.Program(source: source)
    }

    /// The prompt for one conversation.
    ///
    /// The members of `context` become the variables of the template, as they are. What transformers does
    /// before it renders is done here too, see `ChatInputs`: `messages`, `tools`, `documents` and
    /// `add_generation_prompt` have their defaults, and a message's reasoning is found under all its names.
    /// Usual members are `messages`, `tools`, `documents`, `add_generation_prompt`, `bos_token`, `eos_token`
    /// and whatever the client passes on as template arguments (`enable_thinking`, …).
    ///
    /// - Parameters:
    ///   - context: A JSON object.
    ///   - now: What `strftime_now` tells; a rendering reads no clock of its own.
    /// - Throws: `TemplateError`: `raised` when the template refuses the conversation, `runtime` when it is
    ///   wrong, `limit` when it asks for more than `limits` allow.
    package func render(
        _ context: JSON, limits: TemplateLimits = .default, now: TemplateTime
    ) throws(TemplateError) -> String {
        let inputs = try ChatInputs(context)
        let interpreter = Jinja.Interpreter(program: program, inputs: inputs.variables, limits: limits, now: now)
        return try interpreter.render()
    }
}
