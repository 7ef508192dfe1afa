import JSON
import NIOCore
import OpenAI

/// One event of the load stream.
struct LoadEvent {
    let sequence: Int
    let isDraining: Bool
    let load: WorkerLoad
    /// Of each model, by its name.
    let prefixes: [String: PrefixChange]

    /// As a server-sent event.
    var buffer: ByteBuffer {
        var bytes = Array(#"data: {"sequence":\#(sequence),"draining":\#(isDraining),"models":["#.utf8)
        for (place, model) in load.models.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.append(model, prefixes[model.model] ?? PrefixChange(), to: &bytes)
        }
        bytes.append(contentsOf: "]}\n\n".utf8)
        return ByteBuffer(bytes: bytes)
    }

    private static func append(_ model: ModelLoad, _ prefixes: PrefixChange, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"id":"#.utf8)
        JSON.appendQuoted(model.model, to: &bytes)
        bytes.append(contentsOf: #","running":\#(model.running),"waiting":\#(model.waiting),"kv_usage":"#.utf8)
        JSON.append(min(max(model.kvUsage, 0), 1), to: &bytes)
        let counts =
            #","prefill_tokens_pending":\#(model.pendingPrefillTokens),"context_tokens_running":\#(model.contextTokens)"#
        bytes.append(contentsOf: counts.utf8)
        bytes.append(contentsOf: #","steps":\#(model.steps),"prefixes":{"reset":\#(prefixes.isReset),"added":["#.utf8)
        append(prefixes.added, to: &bytes)
        bytes.append(contentsOf: #"],"removed":["#.utf8)
        append(prefixes.removed, to: &bytes)
        bytes.append(contentsOf: "]}}".utf8)
    }

    /// Each digest as 16 hexadecimal digits.
    private static func append(_ digests: [UInt64], to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + 19 * digests.count)
        for (place, digest) in digests.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: digest >> UInt64(shift)) & 15
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
