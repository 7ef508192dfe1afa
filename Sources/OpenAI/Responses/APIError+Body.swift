import JSON

extension APIError {
    /// Appends `{"error":{message,type,param,code}}`. All four are always there; the last two may be null.
    package func appendBody(to bytes: inout [UInt8]) {
        let error = JSONObject([
            ("message", .string(message)), ("type", .string(type)), ("param", param.map { .string($0) } ?? .null),
            ("code", code.map { .string($0) } ?? .null),
        ])
        JSON.object(JSONObject([("error", .object(error))])).append(to: &bytes)
    }

    package var body: [UInt8] {
        var bytes: [UInt8] = []
        appendBody(to: &bytes)
        return bytes
    }
}
