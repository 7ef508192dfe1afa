import Synchronization

/// How the calls to the API server went.
package final class CallCounts: Sendable {
    package enum Call: String, Sendable, CaseIterable {
        case createPod, createClaim, deletePod, postEvent, writeStatus, applyPolicy, createSecret
    }

    package struct Sum: Sendable, Equatable {
        package var numDone = 0
        package var numFailed = 0

        package init(numDone: Int = 0, numFailed: Int = 0) {
            self.numDone = numDone
            self.numFailed = numFailed
        }
    }

    private let sums = Mutex<[Call: Sum]>([:])

    package init() {}

    package subscript(call: Call) -> Sum { sums.withLock { $0[call] ?? Sum() } }

    func add(_ call: Call, isDone: Bool) {
        sums.withLock { sums in
            if isDone { sums[call, default: Sum()].numDone += 1 } else { sums[call, default: Sum()].numFailed += 1 }
        }
    }
}
