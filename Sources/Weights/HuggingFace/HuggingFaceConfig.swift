package import JSON

/// The JSON and text files of a Hugging Face model directory.
package struct HuggingFaceConfig: Sendable {
    package let directory: String
    /// `config.json`: the architecture and its sizes.
    package let config: JSON
    /// `generation_config.json`: the authors' sampling defaults and end tokens.
    package let generation: JSON?
    /// `tokenizer_config.json`: special tokens and often the chat template.
    package let tokenizerConfig: JSON?
    /// The text of the chat template, from `chat_template.jinja`, else `chat_template.json`, else
    /// `tokenizer_config.json`; of several named ones, `default`.
    package let chatTemplate: String?

    /// Real ones are under 100 KB.
    static let configLimit = 16 << 20
    /// Real vocabularies are under 40 MB.
    static let tokenizerLimit = 256 << 20

    init(directory: String) throws(WeightsError) {
        self.directory = directory
        guard let config = try readJSON(directory, "config.json", limit: Self.configLimit) else {
            throw WeightsError(.missing, file: directory, field: "config.json")
        }
        self.config = config
        generation = try readJSON(directory, "generation_config.json", limit: Self.configLimit)
        tokenizerConfig = try readJSON(directory, "tokenizer_config.json", limit: Self.configLimit)
        chatTemplate = try Self.chatTemplate(directory, tokenizerConfig)
    }

    /// A configuration that was not read from files.
    package init(directory: String, config: JSON) {
        self.directory = directory
        self.config = config
        generation = nil
        tokenizerConfig = nil
        chatTemplate = nil
    }

    /// The bytes of `tokenizer.json`; nil when there is none.
    package func tokenizerFile() throws(WeightsError) -> [UInt8]? {
        try readSmallFile(directory + "/tokenizer.json", limit: Self.tokenizerLimit)
    }

    private static func chatTemplate(
        _ directory: String, _ tokenizerConfig: JSON?
    ) throws(WeightsError) -> String? {
        if let bytes = try readSmallFile(directory + "/chat_template.jinja", limit: configLimit) {
            return String(decoding: bytes, as: UTF8.self)
        }
        let file = try readJSON(directory, "chat_template.json", limit: configLimit)
        return template(file?["chat_template"]) ?? template(tokenizerConfig?["chat_template"])
    }

    /// A template is a string, or a list of objects with `name` and `template`.
    private static func template(_ value: JSON?) -> String? {
        if let text = value?.string { return text }
        let named = value?.array?.first { $0["name"]?.string == "default" }
        return named?["template"]?.string
    }
}

/// Reads a JSON file of a model directory, whose top must be an object; nil when there is no such file.
func readJSON(_ directory: String, _ name: String, limit: Int) throws(WeightsError) -> JSON? {
    let path = directory + "/" + name
    guard let bytes = try readSmallFile(path, limit: limit) else { return nil }
    let value: JSON
    do {
        value = try JSON.parse(bytes)
    } catch {
        throw WeightsError(.malformed(error.reason), file: path, field: "JSON", byte: error.byte)
    }
    guard value.object != nil else {
        throw WeightsError(.invalid(value: value.kind, rule: "an object"), file: path, field: "JSON", byte: 0)
    }
    return value
}
