/// The logits of a step, `[rows × vocabularySize]`, in memory that is reused by the next step.
/// Owned by the engine's thread. Grows to the largest number of rows asked for and keeps it until it is released.
package final class Logits {
    package let vocabularySize: Int
    /// Rows of the last step.
    package private(set) var rows = 0
    private var storage = StepBuffer<Float>()

    package init(vocabularySize: Int) {
        precondition(vocabularySize > 0)
        self.vocabularySize = vocabularySize
    }

    /// One row of logits; the caller may change it in place until the next step.
    package func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
        return UnsafeMutableBufferPointer(start: storage.base + index * vocabularySize, count: vocabularySize)
    }

    /// Gives the memory back; there are no rows until the next step.
    package func release() {
        rows = 0
        storage.release()
    }

    /// For backends: makes room for a step's rows and returns where they start. What was there is lost.
    package func begin(rows: Int) -> UnsafeMutablePointer<Float> {
        self.rows = rows
        return storage.reserve(rows * vocabularySize)
    }
}
