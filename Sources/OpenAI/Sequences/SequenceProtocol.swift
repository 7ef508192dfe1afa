/// The multiplexed form of the worker protocol: all sequences that a gateway has at a worker share one HTTP exchange.
///
/// `POST /gleaner/sequences` with a body that does not end: it carries commands, and the answer's body, which does not end
/// either, carries what they bring about. A worker that has it says so in its description (`"sequences": 1`). Both
/// bodies consist of frames:
///
///     frame   = length (4 bytes, little endian: of all that follows) · version (1 byte) · kind (1 byte) · payload
///     number  = LEB128: seven bits a byte, the lowest first, the high bit set in all but the last; at most nine bytes
///     bytes   = number of them · the bytes;  text = bytes, in UTF-8;  tokens = number of them · a number for each id
///
///     from the gateway
///     1 start   sequence · name text · trace: number of fields, each a text for its name and one for its value ·
///               prompt tokens · resumed tokens · parameters: to the end of the frame, a JSON object with the members of
///               `POST /v1/completions` for workers but for `prompt`, `gleaner_resume` and those that say how to answer
///     2 cancel  sequence
///     from the worker
///     129 news  entries to the end of the frame: sequence · kind (1 byte) · what the kind has, see ``SequenceNews``
///     from both
///     130 pulse nothing: the other one lives
///
/// A gateway numbers its sequences from 0 on and uses no number twice. One frame of news holds what one step of the
/// engine brought to all sequences, or the part of it that was there when the connection was free. Of each started
/// sequence the last news are `done` or `failed`, after a cancel too.
package enum SequenceProtocol {
    package static let version: UInt8 = 1
    package static let path = "/gleaner/sequences"
    package static let contentType = "application/x-gleaner-frames"

    /// Length, version and kind.
    static let headerBytes = 6
    /// The longest frame of a gateway, length not counted: prompts are long.
    package static let maximumCommandBytes = 16 << 20
    /// The longest frame of a worker. One that has more to say makes several.
    package static let maximumNewsBytes = 4 << 20
    /// A frame of news that is longer is not made any longer.
    package static let newsBytesAtOnce = 64 << 10
    /// The highest number of a sequence.
    package static let maximumSequence = Int(UInt32.max)

    /// What a frame holds.
    package enum Kind: UInt8, Sendable {
        case start = 1
        case cancel = 2
        case news = 129
        case pulse = 130
    }
}

/// What is wrong with a frame.
package enum FrameError: Error, Sendable, Equatable, CustomStringConvertible {
    case version(UInt8)
    case kind(UInt8)
    case length(Int, limit: Int)
    /// The frame ends within it.
    case cutOff(String)
    /// A number is larger than it can be.
    case number(String, limit: Int)
    case value(String)
    case notUTF8(String)
    /// Bytes behind the end.
    case rest(Int)

    package var description: String {
        switch self {
        case .version(let version):
            "a frame is of version \(version) of the protocol, ours is \(SequenceProtocol.version)"
        case .kind(let kind): "a frame is of the kind \(kind), which has no place there"
        case .length(let length, let limit): "a frame says that it has \(length) bytes; 2 to \(limit) can be"
        case .cutOff(let what): "a frame ends before the end of \(what)"
        case .number(let what, let limit): "\(what) in a frame is more than \(limit)"
        case .value(let what): "\(what) in a frame is nothing that it can be"
        case .notUTF8(let what): "\(what) in a frame is no UTF-8"
        case .rest(let count): "a frame has \(count) bytes behind its end"
        }
    }
}
