/// What the conversion must know of the cluster that no object of it says.
package struct ConversionTerms: Sendable, Hashable {
    /// Where our pods, pools and models live: a pod elsewhere is the owner's, whatever its labels say.
    package var namespace: String
    /// That of our workers' PriorityClass.
    package var workerPriority: Int
    /// Schedulers that make room for a more important pod of their own accord.
    package var preemptingSchedulers: Set<String> = ["default-scheduler"]
    /// The resource that stands for the devices of each device class (dynamic resource allocation).
    package var deviceClasses = ["gpu.nvidia.com": "nvidia.com/gpu", "gpu.amd.com": "amd.com/gpu"]

    package init(namespace: String, workerPriority: Int) {
        self.namespace = namespace
        self.workerPriority = workerPriority
    }
}
