import Foundation
import TestSupport
import Testing

@Suite struct NoFloatingPointTests {
    /// All of the ledger but its stores, where a timeout is in seconds.
    private static func places() throws -> [URL] {
        let room = TestData.packageRoot.appendingPathComponent("Sources/Ledger")
        return try FileManager.default.contentsOfDirectory(atPath: room.path).filter { $0 != "Store" }.sorted()
            .map { room.appendingPathComponent($0).resolvingSymlinksInPath() }
    }

    /// Neither a floating-point type nor a literal that would become one, outside comments and texts.
    @Test func moneyIsNeverFloating() throws {
        let floating = #/\b(?:Double|Float[0-9]*|CGFloat|Decimal|TimeInterval)\b|\.double\b|\b[0-9]+\.[0-9]/#
        var numFiles: [String: Int] = [:]
        for place in try Self.places() {
            for file in try Self.files(in: place) {
                numFiles[place.lastPathComponent, default: 0] += 1
                for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                    let code = line.replacing(#/"(?:\\.|[^"\\])*"/#, with: "").replacing(#/\/\/.*/#, with: "")
                    #expect(code.firstMatch(of: floating) == nil, "\(file.lastPathComponent): \(line)")
                }
            }
        }
        // Those that compute with money are among them.
        for folder in ["Money", "Prices", "Accounts", "Settlement", "Writer", "Reports", "Verification"] {
            #expect(numFiles[folder, default: 0] >= 2, "\(folder)")
        }
    }

    /// The Swift files of a folder and of all below it, or the file itself.
    private static func files(in place: URL) throws -> [URL] {
        guard try place.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true else {
            return place.pathExtension == "swift" ? [place] : []
        }
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
            .flatMap { try files(in: $0.resolvingSymlinksInPath()) }
    }
}
