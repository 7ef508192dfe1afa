import Glibc

/// Names a worker process in records that outlive it: the host for the people who read them, and 64 random bits
/// so that no two processes share a name.
enum WorkerID {
    static func make() -> String {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return "\(hostName())-\(String(repeating: "0", count: 16 - random.count))\(random)"
    }

    /// The host's name without what a host name cannot hold, at most 80 characters.
    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.filter(isHostNameByte).prefix(80)
        return name.isEmpty ? "host" : String(decoding: name, as: UTF8.self)
    }

    private static func isHostNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
