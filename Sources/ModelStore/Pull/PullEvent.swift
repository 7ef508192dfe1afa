/// What a pull tells whoever watches it.
package enum PullEvent: Sendable, Equatable {
    package struct File: Sendable, Equatable {
        package let path: String
        /// Bytes.
        package let size: Int
        /// Bytes that need not be fetched again.
        package let bytesHere: Int

        package init(path: String, size: Int, bytesHere: Int) {
            self.path = path
            self.size = size
            self.bytesHere = bytesHere
        }
    }

    /// What will be fetched. Not sent when the store holds the model as it is on the hub.
    case chosen(ModelName, files: [File])
    /// Another process downloads this file; the pull goes on when that process is done with it.
    case waiting(file: String)
    /// The part that an earlier pull left is being read.
    case checking(file: String, bytes: Int)
    /// `bytes` of the file are here.
    case arrived(file: String, bytes: Int)
    case retrying(reason: String, after: Duration)
    /// The server sends the file from its start although a part was there.
    case restarted(file: String)
}
