import CKernels

/// How threads that compute share the processor with threads that answer.
package enum ComputePriority {
    /// Lets the calling thread give way to all that is not computing, for good: the program's event loops and the
    /// owner's other programs. Threads that it starts later inherit this.
    package static func yieldThisThread() { gk_thread_yields() }
}
