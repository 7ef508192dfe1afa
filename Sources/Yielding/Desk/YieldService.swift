package import Logging
import ServiceLifecycle

/// What the owner of a machine wants to be looked at.
package struct YieldSources: Sendable {
    /// Nil: the processor is not looked at.
    package var processor: ProcessorReader?
    /// Nil: there is no accelerator, or it is not looked at.
    package var accelerator: AcceleratorWatch?
    package var questions: [OwnerQuestion] = []

    package init() {}
}

/// Looks at the machine again and again, for as long as the server runs, and tells the desk.
package struct YieldService: Service {
    private let desk: YieldDesk
    private let sources: YieldSources
    private let log: Logger
    private let clock: any Clock<Duration>

    private static let processorInterval = Duration.milliseconds(500)
    private static let interval = Duration.seconds(1)
    /// How exact the end of an order and of a rest is.
    private static let reconsiderInterval = Duration.milliseconds(250)

    package init(
        desk: YieldDesk, sources: YieldSources, log: Logger, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.desk = desk
        self.sources = sources
        self.log = log
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keepTime() }
                if let reader = sources.processor { group.addTask { await watch(reader) } }
                if let accelerator = sources.accelerator { group.addTask { await watch(accelerator) } }
                for question in sources.questions { group.addTask { await ask(question) } }
            }
        }
    }

    /// Orders and rests end with time alone.
    private func keepTime() async {
        while await rest(Self.reconsiderInterval) {
            if await desk.status.isYielding { await desk.reconsider() }
        }
    }

    private func watch(_ reader: ProcessorReader) async {
        guard var last = reader.sample() else {
            return log.warning("the system does not tell who uses the processor; its use is no signal")
        }
        if !reader.knowsPressure {
            log.notice("the system has no pressure stall information; a processor that is full counts as pressure")
        }
        while await rest(Self.processorInterval) {
            guard let sample = reader.sample(), let share = ProcessorShare(from: last, to: sample) else { continue }
            last = sample
            await desk.see(share)
        }
    }

    private func watch(_ accelerator: AcceleratorWatch) async {
        repeat {
            await desk.see(.accelerator, accelerator.look())
        } while await rest(Self.interval)
    }

    /// A question that is not answered leaves what was known; that it is not answered is said once.
    private func ask(_ question: OwnerQuestion) async {
        var complaint: String?
        repeat {
            switch await question.ask() {
            case .isThere(let text):
                complaint = nil
                await desk.see(question.signal, text)
            case .isAway:
                complaint = nil
                await desk.see(question.signal, nil)
            case .unknown(let reason):
                if complaint != reason { log.error("nobody knows whether to yield: \(reason)") }
                complaint = reason
            }
        } while await rest(Self.interval)
    }

    /// False: told to stop.
    private func rest(_ interval: Duration) async -> Bool {
        do { try await clock.sleep(for: interval) } catch { return false }
        return true
    }
}
