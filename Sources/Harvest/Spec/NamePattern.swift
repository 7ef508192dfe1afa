/// The patterns of Kubernetes' names, and what to write instead of what they refuse.
enum NamePattern {
    /// A DNS label: names of namespaces, volumes, containers.
    static let label = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
    /// A DNS subdomain: names of objects.
    static let subdomain = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
    /// The key of a label or taint, with or without a domain.
    static let key = "^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$"
    /// The value of a label or taint, perhaps empty.
    static let value = "^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$"
    /// An extended resource: always with a domain.
    static let resource = "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$"

    static let insteadOfName = "write a name of lower-case letters, digits, - and ."
    static let insteadOfKey = "write a key such as example.com/gpu-nodes"
    static let insteadOfValue = "write at most 63 letters, digits, -, _ and ."
}
