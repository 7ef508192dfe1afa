import JSON
import OpenAI

/// The stream of `GET /gleaner/load`.
package struct GleanerLoad: EventReading {
    /// A snapshot names every cached prefix: 16 hexadecimal digits for each 64 tokens of the KV cache.
    static let maximumEventBytes = 16 << 20

    private var lastSequence: Int?
    package let isComplete = false

    /// Those that the worker described.
    private let models: Set<String>

    package init(models: Set<String>) { self.models = models }

    package var failureAtEnd: RemoteFailure { .lost("its stream of load ended") }

    package mutating func receive(
        _ data: UnsafeRawBufferPointer, into reports: inout [LoadReport]
    ) throws(RemoteFailure) {
        let json: JSON
        do { json = try JSON.parse(data) } catch {
            throw .broken("an event of its load is no JSON: \(WorkerWords.excerpt("\(error)"))")
        }
        if json["error"] != nil { throw RemoteFailure(inStream: json["error"] ?? .null) }
        let members = try Members(json, "an event of its load")
        let sequence = try members.integer("sequence", in: 0...Int.max)
        // Changes build on each other: one that is missing would leave a wrong picture for good.
        guard lastSequence.map({ sequence > $0 && sequence - $0 == 1 }) ?? true else {
            throw .broken("its load jumps from report \(lastSequence ?? 0) to \(sequence)")
        }
        reports.append(LoadReport(isDraining: try members.flag("draining"), models: try read(members.array("models"))))
        lastSequence = sequence
    }

    private func read(_ values: [JSON]) throws(RemoteFailure) -> [LoadReport.Model] {
        var (read, known): ([LoadReport.Model], Set<String>) = ([], [])
        for json in values {
            let model = try Self.model(Members(json, "a model of its load"), isFirst: lastSequence == nil)
            let name = model.load.model
            guard models.contains(name), known.insert(name).inserted else {
                let fault = models.contains(name) ? "twice" : "and did not describe it"
                throw .broken("it reports the load of the model '\(WorkerWords.excerpt(name))' \(fault)")
            }
            read.append(model)
        }
        return read
    }

    private static func model(_ members: Members, isFirst: Bool) throws(RemoteFailure) -> LoadReport.Model {
        let load = ModelLoad(
            model: try members.text("id"), running: try members.integer("running"),
            waiting: try members.integer("waiting"), kvUsage: try members.number("kv_usage", in: 0...1),
            pendingPrefillTokens: try members.integer("prefill_tokens_pending", in: 0...Int.max),
            contextTokens: try members.integer("context_tokens_running", in: 0...Int.max),
            steps: try members.integer("steps", in: 0...Int.max))
        return LoadReport.Model(load: load, prefixes: try prefixes(members["prefixes"], isFirst: isFirst))
    }

    /// The first report of a connection is a snapshot, whatever was known before.
    private static func prefixes(_ json: JSON?, isFirst: Bool) throws(RemoteFailure) -> PrefixChanges {
        guard let json else { return PrefixChanges(isReset: isFirst) }
        let members = try Members(json, "a model's prefixes")
        return PrefixChanges(
            isReset: try members.flag("reset") || isFirst, added: try digests(members, "added"),
            removed: try digests(members, "removed"))
    }

    private static func digests(_ members: Members, _ name: String) throws(RemoteFailure) -> [UInt64] {
        var digests: [UInt64] = []
        for value in try members.optionalArray(name) {
            guard let text = value.string, text.utf8.count == 16, !text.hasPrefix("+"), !text.hasPrefix("-"),
                let digest = UInt64(text, radix: 16)
            else { throw members.wrong(name, "digests of 16 hexadecimal digits") }
            digests.append(digest)
        }
        return digests
    }
}
