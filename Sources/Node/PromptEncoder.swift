import Dispatch
import Engine
import Foundation
import JSON
import OpenAI
import Tokenizers

/// Turns what a client sent into the model's tokens.
struct PromptEncoder: Sendable {
    /// Long texts are encoded here, one after the other, so that they neither block the tasks of other
    /// requests nor take every core from the engine.
    private let queue = DispatchQueue(label: "gleaner.encode")
    private static let longText = 64 << 10

    /// One list of tokens for each prompt.
    func encode(_ request: GenerationRequest, for model: ServedModel) async throws(APIError) -> [[TokenID]] {
        switch request.prompt {
        case .tokens(let lists):
            return lists
        case .text(let texts):
            return await encode(texts, model.frontEnd.tokenizer, addSpecialTokens: request.addsSpecialTokens)
        case .chat(let chat):
            let text = try render(chat, for: model)
            return await encode([text], model.frontEnd.tokenizer, addSpecialTokens: false)
        }
    }

    private func encode(_ texts: [String], _ tokenizer: Tokenizer, addSpecialTokens: Bool) async -> [[TokenID]] {
        let work: @Sendable () -> [[TokenID]] = {
            texts.map { tokenizer.encode($0, addSpecialTokens: addSpecialTokens, parseSpecialTokens: true) }
        }
        if texts.reduce(0, { $0 + $1.utf8.count }) < Self.longText { return work() }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    private func render(_ chat: ChatPrompt, for model: ServedModel) throws(APIError) -> String {
        guard let template = model.frontEnd.chatTemplate else {
            throw .invalid(
                "The model '\(model.card.id)' has no chat template; use /v1/completions, or serve it with one.",
                param: "messages")
        }
        do {
            return try template.render(context(chat, model.frontEnd.tokenizer), now: .localNow())
        } catch {
            throw .invalid("The model's chat template refused the messages: \(error)", param: "messages")
        }
    }

    private func context(_ chat: ChatPrompt, _ tokenizer: Tokenizer) -> JSON {
        var context = chat.templateArguments
        context["messages"] = .array(chat.messages)
        context["tools"] = chat.tools.map { .array($0) }
        if context["add_generation_prompt"] == nil { context["add_generation_prompt"] = true }
        for (name, token) in [("bos_token", tokenizer.bosToken), ("eos_token", tokenizer.eosToken)] {
            guard let token else { continue }
            context[name] = .string(tokenizer.decode([token], skipSpecialTokens: false))
        }
        return .object(context)
    }
}

extension TemplateTime {
    /// The present moment where this process runs.
    static func localNow() -> TemplateTime {
        let now = Date()
        return TemplateTime(
            unixSeconds: Int64(now.timeIntervalSince1970),
            offsetSeconds: Int64(TimeZone.current.secondsFromGMT(for: now)))
    }
}
