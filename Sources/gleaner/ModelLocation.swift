import Foundation
import ModelStore

/// Where the model that a command names lies on disk.
enum ModelLocation {
    /// - Throws: `StoreError` with suggestions when there is no such model.
    static func resolve(_ name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        return try ModelStore.ofThisUser().resolve(name, environment: environment).path
    }
}

extension ModelStore {
    /// The store under `GLEANER_HOME`.
    static func ofThisUser() throws -> ModelStore {
        ModelStore(places: try StorePlaces.fromEnvironment(ProcessInfo.processInfo.environment))
    }
}
