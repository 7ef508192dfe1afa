import ModelStore
import TestSupport
import Testing

@Suite struct DisplayTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"), (999_949, "999.9 kB"),
        (999_950, "1.0 MB"), (398_200_000, "398.2 MB"), (1_500_000_000_000, "1.5 TB"), (Int.max, "9.2 EB"),
    ])
    func bytesAreReadable(_ bytes: Int, _ text: String) { #expect(ByteCount(bytes).description == text) }

    @Test(arguments: [(0.0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (10_921, "3:02:01")])
    func secondsAreReadable(_ seconds: Double, _ text: String) { #expect(clockText(seconds) == text) }

    @Test(arguments: [
        (-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7_199, "1 hour ago"), (172_800, "2 days ago"),
        (1_209_600, "2 weeks ago"), (63_072_000, "2 years ago"),
    ])
    func agesAreReadable(_ seconds: Int, _ text: String) { #expect(ageText(seconds) == text) }

    @Test func endlessTimesAreBounded() {
        for seconds in [Double.infinity, .nan, -1, 1e300] { #expect(clockText(seconds).count <= 8) }
    }

    @Test func theRateIsThatOfTheLastSeconds() throws {
        var meter = TransferMeter()
        #expect(meter.rate == nil && meter.remaining(of: 10) == nil)
        for tick in 0...100 { meter.note(tick * 100, at: Double(tick) / 10) }
        #expect(abs(try #require(meter.rate) - 1000) < 1)
        for tick in 1...100 { meter.note(10_000 + tick * 500, at: 10 + Double(tick) / 10) }
        #expect(abs(try #require(meter.rate) - 5000) < 1, "what was slow has left the window")
        #expect(abs(try #require(meter.remaining(of: 70_000)) - 2) < 0.01)
        meter.note(5, at: 20.1)
        #expect(meter.rate == nil, "going back begins again")
    }

    @Test func theRateStaysWithinTheRatesThatWere() throws {
        var random = SeededGenerator(seed: 3)
        var meter = TransferMeter()
        var (time, bytes) = (0.0, 0)
        for _ in 0..<2_000 {
            let step = Double.random(in: 0.001...1, using: &random)
            time += step
            bytes += Int(Double.random(in: 100...900, using: &random) * step)
            meter.note(bytes, at: time)
            if let rate = meter.rate { #expect((50...900).contains(rate)) }
        }
    }

    @Test func aLogGetsALineForEachTenth() throws {
        let name = try ModelName(owner: "o", repository: "r", tag: "Q8_0")
        var display = PullDisplay(style: .lines)
        let files = [PullEvent.File(path: "a", size: 600, bytesHere: 250), .init(path: "b", size: 400, bytesHere: 0)]
        #expect(
            display.text(for: .chosen(name, files: files), at: 0)
                == "Pulling o/r:Q8_0: 2 files, 1.0 kB, of which 250 B are here\n")
        var lines: [String] = []
        for bytes in stride(from: 260, through: 600, by: 10) {
            if let text = display.text(for: .arrived(file: "a", bytes: bytes), at: Double(bytes)) { lines.append(text) }
        }
        for bytes in stride(from: 10, through: 400, by: 10) {
            if let text = display.text(for: .arrived(file: "b", bytes: bytes), at: 600 + Double(bytes)) {
                lines.append(text)
            }
        }
        #expect(lines.count == 8, "30 % to 100 %")
        #expect(lines.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") })
        #expect(lines.last?.hasPrefix("100 %  1.0 kB of 1.0 kB") == true)
        #expect(display.end() == nil)
    }

    @Test func aTerminalLineIsRedrawnAndFits() throws {
        let name = try ModelName(owner: "o", repository: "r", tag: "Q8_0")
        var display = PullDisplay(style: .terminal(width: 40))
        _ = display.text(for: .chosen(name, files: [.init(path: "a", size: 1_000_000, bytesHere: 0)]), at: 0)
        var drawn = 0
        for tick in 1...1000 {
            guard let text = display.text(for: .arrived(file: "a", bytes: tick * 1000), at: Double(tick) / 100) else {
                continue
            }
            drawn += 1
            #expect(text.hasPrefix("\r") && text.hasSuffix("\u{1B}[K") && !text.contains("\n"))
            #expect(text.count <= 1 + 39 + 3)
        }
        #expect((90...101).contains(drawn), "ten a second, and the last")
        #expect(
            display.text(for: .restarted(file: "a"), at: 20)?.hasPrefix("\n") == true, "a note leaves the line alone")
        #expect(display.end() == nil)
    }
}
