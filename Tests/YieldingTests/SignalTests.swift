import Foundation
import Supervision
import Synchronization
import Testing
import Yielding

/// Where signals come from.
@Suite(.timeLimit(.minutes(10))) struct SignalTests {
    /// A folder of its own for one test, removed afterwards.
    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("yield-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func theMachineTellsOfItsProcessor() async throws {
        let reader = ProcessorReader()
        let first = try #require(reader.sample())
        #expect(first.cores >= 1 && first.busySeconds > 0 && first.ownSeconds > 0)
        // Work of ours counts as ours.
        var noise = 1.0
        var last = first
        while last.ownSeconds < first.ownSeconds + 0.3 {
            for _ in 0..<100_000 { noise = noise * 1.000_000_1 + 1e-9 }
            last = try #require(reader.sample())
        }
        #expect(noise > 1 && last.time > first.time)
        // The machine counts in hundredths of a second for each core.
        let slack = 0.02 * Double(first.cores) + 0.1
        #expect(last.busySeconds - first.busySeconds >= last.ownSeconds - first.ownSeconds - slack)
    }

    @Test func countersAreReadAsTheKernelWritesThem() async throws {
        try await withFolder { folder in
            let (statistics, pressure) = (folder + "/stat", folder + "/cpu")
            try write(
                "cpu  100 20 30 4000 50 6 7 8 90 1\ncpu0 1 2 3\ncpu1 1 2 3\ncpu12 1 2 3\nintr 1 2 3\n", statistics)
            try write("some avg10=0.12 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 total=9\n", pressure)
            let sample = try #require(ProcessorReader(statistics: statistics, pressure: pressure).sample())
            let tick = 1 / Double(sysconf(Int32(_SC_CLK_TCK)))
            #expect(sample.cores == 3 && abs(sample.busySeconds - 163 * tick) < 1e-9)
            #expect(abs(sample.idleSeconds - 4050 * tick) < 1e-9 && sample.stalledSeconds == 2.5)
            for odd in ["", "cpu", "cpu 1 2 3\ncpu0 1", "cpu 1 2 3 4 5 6 7", "nothing"] {
                try write(odd, statistics)
                #expect(ProcessorReader(statistics: statistics, pressure: pressure).sample() == nil, "\(odd)")
            }
            #expect(!ProcessorReader(pressure: folder + "/none").knowsPressure)
            #expect(try #require(ProcessorReader(pressure: folder + "/none").sample()).stalledSeconds == nil)
        }
    }

    @Test func aCommandAnswersWithItsStatus() async {
        #expect(await OwnerQuestion.command("true").ask() == .isThere("'true' succeeds"))
        #expect(await OwnerQuestion.command("exit 1").ask() == .isAway)
        #expect(await OwnerQuestion.command("no-such-program-anywhere").ask().isUnknown)
        #expect(await OwnerQuestion.command("kill -9 $$").ask().isUnknown)
        // Whatever it writes, and whatever it leaves open.
        #expect(await OwnerQuestion.command("yes | head -c 300000; exit 3").ask() == .isAway)
        #expect(await OwnerQuestion.command("exec >&- 2>&-; true").ask() == .isThere("'exec >&- 2>&-; true' succeeds"))
    }

    /// One that does not end is ended, with all that it has started.
    @Test func aCommandThatHangsIsEnded() async throws {
        try await withFolder { folder in
            let line = "sleep 1000 & echo $! > \(folder)/child; wait"
            #expect(await OwnerQuestion.command(line, deadline: .milliseconds(300)).ask().isUnknown)
            // It may have been too slow to say.
            guard let text = try? String(contentsOfFile: folder + "/child", encoding: .utf8),
                let child = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            else { return }
            while kill(child, 0) == 0, !Self.isZombie(child) { await Task.yield() }
        }
    }

    private static func isZombie(_ process: Int32) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return text.isEmpty || text.contains(") Z ")
    }

    @Test func aProgramInheritsNothing() async {
        let files = await ShortProgram.run(["/bin/sh", "-c", "ls /proc/self/fd"], deadline: .seconds(60))
        // Three, and the one with which `ls` reads them.
        #expect(files == .exited(0, output: "0\n1\n2\n3\n"))
        guard case .notStarted = await ShortProgram.run(["/no/such/program"], deadline: .seconds(60)) else {
            return #expect(Bool(false), "it cannot be started")
        }
    }

    // MARK: Accelerators

    @Test func strangersOnTheAcceleratorAreFound() {
        let parents: [Int32: Int32] = [10: 1, 11: 10, 12: 11, 20: 1, 30: 31, 31: 30]
        let watch = { (computing: [Int32]) -> String? in
            FakeDriver.processes.withLock { $0 = computing }
            return AcceleratorWatch(FakeDriver.library, own: 10, parent: { parents[$0] }).look()
        }
        FakeDriver.isInUse.withLock { _ in
            #expect(watch([]) == nil && watch([10, 11, 12]) == nil, "we and our children")
            #expect(watch([10, 20]) == "process 20 uses an accelerator")
            #expect(watch([20, 30, 99, 12]) == "process 20 and 2 more use an accelerator")
            #expect(watch(Array(1000..<1300)) == "process 1000 and 299 more use an accelerator", "many")
        }
        #expect(AcceleratorWatch.parent(of: getpid()) == getppid())
        #expect(AcceleratorWatch.parent(of: -5) == nil)
    }

    @Test func noDriverIsNoSignal() {
        #expect(NVML.load("libno-such-driver-of-anybody.so.1") == nil)
        #expect(NVML.load("libc.so.6") == nil, "a library, but not that one")
        #expect(
            MemoryLayout<NVML.ProcessInfo>.stride == 24 && MemoryLayout<NVML.ProcessInfo>.offset(of: \.usedMemory) == 8)
    }
}

extension OwnerQuestion.Answer {
    fileprivate var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

/// A driver with two devices, of which the second has no processes.
private enum FakeDriver {
    static let processes = Mutex<[Int32]>([])
    static let isInUse = Mutex(())

    static let library = NVML(
        count: { count in
            count?.pointee = 2
            return NVML.success
        },
        handle: { index, device in
            device?.pointee = UnsafeMutableRawPointer(bitPattern: Int(index) + 1)
            return NVML.success
        },
        processes: { device, count, infos in
            let all = device == UnsafeMutableRawPointer(bitPattern: 1) ? processes.withLock { $0 } : []
            guard let count, let infos else { return 2 }
            guard all.count <= Int(count.pointee) else {
                count.pointee = UInt32(all.count)
                return NVML.insufficientSize
            }
            let table = infos.assumingMemoryBound(to: NVML.ProcessInfo.self)
            for (place, process) in all.enumerated() { table[place] = NVML.ProcessInfo(process: UInt32(process)) }
            count.pointee = UInt32(all.count)
            return NVML.success
        })
}
