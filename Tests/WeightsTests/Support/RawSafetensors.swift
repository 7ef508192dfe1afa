/// A safetensors image from the text of its header.
enum RawSafetensors {
    static let header = """
        {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
        "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"ids":{"dtype":"I64","shape":[2],"data_offsets":[32,48]},\
        "new":{"dtype":"F4","shape":[4],"data_offsets":[48,50]},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[50,50]},\
        "one":{"dtype":"F16","shape":[],"data_offsets":[50,52]}}
        """

    static let content = (0..<52).map { UInt8($0) }

    static func image(_ header: String = header, content: [UInt8] = content, length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + content
    }
}
