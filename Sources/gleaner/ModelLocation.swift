/// Where the model that a command names lies on disk.
enum ModelLocation {
    static func resolve(_ name: String) throws -> String { name }
}
