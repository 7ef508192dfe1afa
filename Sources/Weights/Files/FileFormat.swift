/// What a file is by its first bytes.
enum FileFormat {
    /// A clause for a message about a file that is not GGUF.
    static func guess(_ bytes: UnsafeRawBufferPointer) -> String {
        let start = Array(bytes.prefix(16))
        return if start.starts(with: Array("PK\u{3}\u{4}".utf8)) || start.starts(with: [0x80, 0x02]) {
            "this is a PyTorch pickle, which can run code when it is read; convert it to safetensors"
        } else if start.count > 8, start[8] == UInt8(ascii: "{") {
            "this is a single safetensors file; give the directory that it is in"
        } else if start.starts(with: Array("version https".utf8)) {
            "this is a Git LFS pointer, not the file it stands for; run `git lfs pull`"
        } else if start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "<") {
            "this is text (a web page or JSON), not a model"
        } else {
            "this file does not start with 'GGUF'"
        }
    }
}
