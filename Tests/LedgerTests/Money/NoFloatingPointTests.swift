import Foundation
import TestSupport
import Testing

@Suite struct NoFloatingPointTests {
    /// Neither a floating-point type nor a literal that would become one, outside comments and texts.
    @Test(arguments: ["Money", "Prices"]) func moneyIsNeverFloating(folder: String) throws {
        let path = TestData.packageRoot.appendingPathComponent("Sources/Ledger/\(folder)")
        let files = try FileManager.default.contentsOfDirectory(at: path, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }
        #expect(files.count >= 4)
        let floating = #/\b(?:Double|Float[0-9]*|CGFloat|Decimal|TimeInterval)\b|\.double\b|\b[0-9]+\.[0-9]/#
        for file in files {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let code = line.replacing(#/"(?:\\.|[^"\\])*"/#, with: "").replacing(#/\/\/.*/#, with: "")
                #expect(code.firstMatch(of: floating) == nil, "\(file.lastPathComponent): \(line)")
            }
        }
    }
}
