package import JSON
package import OpenAI

/// A conversation with one model: keeps the messages, asks, and remembers what was answered.
package struct ChatSession: Sendable {
    private let worker: any Worker
    private let model: String
    package var sampling = SamplingOptions()
    package var maxTokens: Int?
    package private(set) var messages: [JSON]
    private var turn = 0

    /// - Parameter system: the system message, if any.
    package init(worker: any Worker, model: String, system: String? = nil) {
        self.worker = worker
        self.model = model
        messages = system.map { [Self.message("system", $0)] } ?? []
    }

    /// Asks and hands over the answer piece by piece.
    ///
    /// When the calling task is cancelled the answer ends there, and what was said so far is remembered.
    /// - Throws: `APIError`, and the question is forgotten.
    package mutating func ask(_ question: String, show: (String) -> Void) async throws {
        messages.append(Self.message("user", question))
        var answer = ""
        do {
            for try await event in try await worker.generate(request()) {
                guard case .delta(_, let text, _, _, _) = event else { continue }
                answer += text
                show(text)
            }
        } catch is CancellationError {
            // The reader had enough: the answer stands as far as it came.
        } catch {
            messages.removeLast()
            throw error
        }
        messages.append(Self.message("assistant", answer))
    }

    /// Forgets everything but the system message.
    package mutating func reset() {
        messages.removeAll { $0["role"] != "system" }
    }

    private mutating func request() -> GenerationRequest {
        turn += 1
        return GenerationRequest(
            id: "chat-\(turn)", model: model, prompt: .chat(ChatPrompt(messages: messages)), sampling: sampling,
            maxTokens: maxTokens)
    }

    private static func message(_ role: String, _ content: String) -> JSON {
        ["role": .string(role), "content": .string(content)]
    }
}
