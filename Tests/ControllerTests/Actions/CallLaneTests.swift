import Controller
import Synchronization
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct CallLaneTests {
    @Test func noMoreThanItsWidthAtATimeAndInTheirOrder() async {
        let (lane, entered, gates) = (CallLane(width: 2), Inbox<Int>(), (0..<4).map { _ in Barrier(count: 2) })
        await withTaskGroup(of: Int?.self) { group in
            for number in 0..<2 { group.addTask { await Self.run(lane, number, entered, gates) } }
            let first = [await entered.next(), await entered.next()].compactMap(\.self)
            #expect(Set(first) == [0, 1])
            group.addTask { await Self.run(lane, 2, entered, gates) }
            await gates[0].wait()
            #expect(await entered.next() == 2)
            group.addTask { await Self.run(lane, 3, entered, gates) }
            for gate in gates[1...2] { await gate.wait() }
            #expect(await entered.next() == 3)
            await gates[3].wait()
            var done: Set<Int> = []
            for await number in group { if let number { done.insert(number) } }
            #expect(done == [0, 1, 2, 3])
        }
    }

    private static func run(_ lane: CallLane, _ number: Int, _ entered: Inbox<Int>, _ gates: [Barrier]) async -> Int? {
        await lane.run {
            entered.put(number)
            await gates[number].wait()
            return number
        }
    }

    @Test func whoIsCancelledLeavesTheLineToTheOthers() async {
        let (lane, entered, gate) = (CallLane(width: 1), Inbox<Int>(), Barrier(count: 2))
        let holder = Task {
            await lane.run {
                entered.put(0)
                await gate.wait()
            }
        }
        _ = await entered.next()
        let waiting = Task { await lane.run { 1 } }
        waiting.cancel()
        #expect(await waiting.value == nil)
        await gate.wait()
        await holder.value
        #expect(await lane.run { 2 } == 2)
    }
}
