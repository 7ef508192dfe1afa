import Glibc

/// The few functions of NVIDIA's management library that say who computes on a device.
/// Source: the NVML API reference, and nvml.h of CUDA 12.
package struct NVML: Sendable {
    package typealias Result = Int32
    package typealias Device = UnsafeMutableRawPointer

    /// `nvmlProcessInfo_t` of version 3; its size is part of the interface.
    package struct ProcessInfo: BitwiseCopyable, Sendable {
        package var process: UInt32 = 0
        package var usedMemory: UInt64 = 0
        package var gpuInstance: UInt32 = 0
        package var computeInstance: UInt32 = 0

        package init(process: UInt32 = 0) { self.process = process }
    }

    package typealias Init = @convention(c) () -> Result
    package typealias Count = @convention(c) (UnsafeMutablePointer<UInt32>?) -> Result
    package typealias Handle = @convention(c) (UInt32, UnsafeMutablePointer<Device?>?) -> Result
    package typealias Processes =
        @convention(c) (
            Device?, UnsafeMutablePointer<UInt32>?, UnsafeMutableRawPointer?
        ) -> Result

    package static let success: Result = 0
    package static let insufficientSize: Result = 7

    let count: Count
    let handle: Handle
    let processes: Processes

    package init(count: @escaping Count, handle: @escaping Handle, processes: @escaping Processes) {
        self.count = count
        self.handle = handle
        self.processes = processes
    }

    /// The library of the driver, for good; nil where there is none, or none that works.
    package static func load(_ library: String = "libnvidia-ml.so.1") -> NVML? {
        guard let image = dlopen(library, RTLD_NOW | RTLD_LOCAL) else { return nil }
        guard let start = dlsym(image, "nvmlInit_v2"), let count = dlsym(image, "nvmlDeviceGetCount_v2"),
            let handle = dlsym(image, "nvmlDeviceGetHandleByIndex_v2"),
            let processes = dlsym(image, "nvmlDeviceGetComputeRunningProcesses_v3"),
            unsafeBitCast(start, to: Init.self)() == success
        else {
            dlclose(image)
            return nil
        }
        return NVML(
            count: unsafeBitCast(count, to: Count.self), handle: unsafeBitCast(handle, to: Handle.self),
            processes: unsafeBitCast(processes, to: Processes.self))
    }

    /// The processes that compute on any device; nil when the driver does not say. Blocks for milliseconds.
    package func computingProcesses() -> Set<Int32>? {
        var devices: UInt32 = 0
        guard count(&devices) == Self.success else { return nil }
        var found: Set<Int32> = []
        for index in 0..<min(devices, 1024) {
            var device: Device?
            guard handle(index, &device) == Self.success, let names = processes(of: device) else { continue }
            found.formUnion(names)
        }
        return found
    }

    private func processes(of device: Device?) -> [Int32]? {
        var infos = Array(repeating: ProcessInfo(), count: 64)
        for _ in 0..<4 {
            var number = UInt32(infos.count)
            let result = infos.withUnsafeMutableBytes { processes(device, &number, $0.baseAddress) }
            if result == Self.success {
                return infos.prefix(Int(min(number, UInt32(infos.count)))).map { Int32(truncatingIfNeeded: $0.process) }
            }
            // More than there is room for, and `number` says how many.
            guard result == Self.insufficientSize, number > infos.count, number < 1 << 16 else { return nil }
            infos = Array(repeating: ProcessInfo(), count: Int(number) + 16)
        }
        return nil
    }
}
