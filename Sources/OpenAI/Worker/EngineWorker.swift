/// A worker with engines of its own: what stands behind a worker's HTTP face, and can say how busy it is.
package protocol EngineWorker: Worker {
    /// What it is and serves; does not change while it runs.
    func describe() async -> WorkerDescription

    /// How busy it is now.
    func load() async -> WorkerLoad
}
