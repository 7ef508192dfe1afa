import JSON

/// Reads the chunks of one stream. Of most of them only the text, the tokens and two counts are new: what stands in
/// front of them is compared with the chunk before, and the rest is scanned where it lies. Whatever looks different
/// goes through the JSON room, with the same result.
struct ChunkParser: Sendable {
    /// The bytes of a chunk that was read whole, up to and with `"choices":[`; empty = none yet.
    private var opening: [UInt8] = []

    mutating func parse(_ data: UnsafeRawBufferPointer) throws(RemoteFailure) -> Chunk {
        if !opening.isEmpty, let chunk = ChunkScanner.scan(data, behind: opening) { return chunk }
        let json: JSON
        do { json = try JSON.parse(data) } catch {
            throw .broken("an event of its stream is no JSON: \(WorkerWords.excerpt("\(error)"))")
        }
        let chunk = try Chunk(json)
        if chunk.choice != nil { opening = Self.opening(of: data) }
        return chunk
    }

    /// The chunk up to its choices, if they are an array in the outermost object and nothing in front of them has
    /// parts: then the opening says the same wherever it stands.
    private static func opening(of data: UnsafeRawBufferPointer) -> [UInt8] {
        guard let end = data.firstIndex(of: UInt8(ascii: "[")) else { return [] }
        let opening = Array(data[...end])
        let numBraces = opening.reduce(0) { $0 + ($1 == UInt8(ascii: "{") || $1 == UInt8(ascii: "\\") ? 1 : 0) }
        return numBraces == 1 && opening.reversed().starts(with: #"[:"seciohc""#.utf8) ? opening : []
    }
}
