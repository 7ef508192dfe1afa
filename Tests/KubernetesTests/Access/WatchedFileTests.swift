import Foundation
import Kubernetes
import Testing

@Suite struct WatchedFileTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

    /// As a projected volume does it: another file takes the name.
    private func replace(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private func text(_ file: WatchedFile, at now: Duration) throws -> String {
        String(decoding: try file.bytes(at: now), as: UTF8.self)
    }

    @Test func anotherFileIsReadAtOnce() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = WatchedFile(path)
        #expect(throws: AccessError.self) { try text(file, at: .zero) }
        try replace("one")
        #expect(try text(file, at: .zero) == "one")
        try replace("two")
        #expect(try text(file, at: .zero) == "two")
    }

    @Test func aFileThatIsGoneIsStillWhatItWas() throws {
        let file = WatchedFile(path)
        try replace("one")
        #expect(try text(file, at: .zero) == "one")
        try FileManager.default.removeItem(atPath: path)
        #expect(try text(file, at: .seconds(3600)) == "one")
    }

    /// Some file systems tell of a change late: what is a minute old is read again whatever they say.
    @Test func afterAMinuteItIsReadAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try replace("one")
        let file = WatchedFile(path)
        let before = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        let time = Date(timeIntervalSince1970: (before?.timeIntervalSince1970 ?? 0).rounded(.down))
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        #expect(try text(file, at: .zero) == "one")
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.write(contentsOf: Data("two".utf8))
        try handle.close()
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        #expect(try text(file, at: .seconds(59)) == "one")
        #expect(try text(file, at: .seconds(60)) == "two")
    }

    @Test func aHugeFileIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(count: (1 << 20) + 1).write(to: URL(filePath: path))
        #expect(throws: AccessError.self) { try WatchedFile(path).bytes(at: .zero) }
    }
}
