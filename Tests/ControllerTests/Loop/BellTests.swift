import Controller
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct BellTests {
    @Test func ringsBeforeAWaitAreOneRing() async {
        let (bell, heard) = (Bell(), Inbox<Int>())
        bell.ring()
        bell.ring()
        await bell.wait()
        let listener = Task {
            await bell.wait()
            heard.put(2)
        }
        bell.ring()
        #expect(await heard.next() == 2)
        await listener.value
    }

    @Test func whoIsCancelledWaitsNoMore() async {
        let bell = Bell()
        let listener = Task { await bell.wait() }
        listener.cancel()
        await listener.value
    }
}
