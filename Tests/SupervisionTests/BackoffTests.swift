import Supervision
import Testing

@Suite struct BackoffTests {
    @Test func waitsDoubleUpToALimitAndBeginAnewAfterAGoodRun() {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(5), wellAfter: .seconds(60))
        let waits = [nil, .zero, .seconds(59), nil, nil].map { backoff.wait(afterRunning: $0) }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
        #expect(backoff.wait(afterRunning: .seconds(60)) == .seconds(1))
        #expect(backoff.wait(afterRunning: nil) == .seconds(2))
    }
}
