package import Models

extension StepShape {
    package init(_ batch: borrowing RaggedBatch) {
        self.init()
        for slice in batch.slices { add(tokens: slice.tokens.count, end: slice.position + slice.tokens.count) }
    }
}
