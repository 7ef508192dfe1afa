import JSON

extension Trace {
    /// Mooncake's published traces: a JSON object a line, with the time in milliseconds, lengths, and names of the
    /// prompt's blocks of 512 tokens.
    ///
    ///     {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, …]}
    package static func mooncake(path: String) throws(TraceError) -> Trace {
        let file = try TraceFile(path: path)
        return try file.requests(from: 1) { line, number throws(TraceError) in
            let json: JSON
            do {
                json = try JSON.parse(String(line))
            } catch {
                throw file.error("it is not JSON: \(error)", line: number)
            }
            let member = { (name: String) throws(TraceError) -> Int in
                if let value = json[name]?.int { return value }
                throw file.error("'\(name)' is not a whole number", line: number)
            }
            let hashes = json["hash_ids"]?.array?.map(\.int) ?? [nil]
            let blocks = hashes.compactMap { $0.map { UInt64(bitPattern: Int64($0)) } }
            guard blocks.count == hashes.count else {
                throw file.error("'hash_ids' are not whole numbers", line: number)
            }
            let request = TraceRequest(
                arrival: Double(try member("timestamp")) / 1000, promptTokens: try member("input_length"),
                outputTokens: try member("output_length"), blocks: blocks)
            return try file.check(request, line: number)
        }
    }
}
