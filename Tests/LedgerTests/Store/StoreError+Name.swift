import Ledger

extension StoreError {
    /// The case, without the text that differs between databases.
    var name: String {
        switch self {
        case .unavailable: "unavailable"
        case .diskFull: "diskFull"
        case .readOnly: "readOnly"
        case .conflict: "conflict"
        case .corrupt: "corrupt"
        case .invalid: "invalid"
        case .newerSchema: "newerSchema"
        }
    }
}
