import Kubernetes
import TestSupport
import Testing

@Suite struct RetryDelayTests {
    @Test func stepsDoubleWithinTheirBounds() {
        var generator = SeededGenerator(seed: 12)
        var delay = RetryDelay(first: .milliseconds(100), longest: .seconds(5))
        var step = Duration.milliseconds(100)
        for _ in 0..<20 {
            let wait = delay.next(chance: Double.random(in: 0..<1, using: &generator))
            #expect(wait >= step * 0.5 && wait <= step)
            step = min(step * 2, .seconds(5))
        }
        delay.reset()
        #expect(delay.next(chance: 1) == .milliseconds(100))
    }

    @Test func theServersWishIsTheLeast() {
        var delay = RetryDelay()
        #expect(delay.next(chance: 0, least: .seconds(60)) == .seconds(60))
        #expect(delay.next(chance: .nan) >= .zero)
        #expect(delay.next(chance: 7) <= .seconds(30))
    }
}
