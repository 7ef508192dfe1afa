/// The two ways to ask for text.
package enum Endpoint: Sendable {
    /// `/v1/chat/completions`
    case chatCompletions
    /// `/v1/completions`
    case completions
}
