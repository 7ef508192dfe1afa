/// The workers that are there, and which of them were taken.
struct WorkerOffers: Sendable {
    private var taken: Set<String> = []
    private var left: [String: FoundWorker] = [:]

    /// Those that were not taken, in a fixed order.
    var refused: [FoundWorker] { left.values.sorted { $0.name < $1.name } }

    func isTaken(_ worker: FoundWorker) -> Bool { taken.contains(worker.name) }

    mutating func take(_ worker: FoundWorker) {
        taken.insert(worker.name)
        left[worker.name] = nil
    }

    mutating func refuse(_ worker: FoundWorker) { left[worker.name] = worker }

    /// - Returns: whether it was taken.
    mutating func remove(_ name: String) -> Bool {
        left[name] = nil
        return taken.remove(name) != nil
    }
}
