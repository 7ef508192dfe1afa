#ifndef GLEANER_SHORT_H
#define GLEANER_SHORT_H

#include <stdbool.h>
#include <stddef.h>

/// How a short program ended.
struct gleaner_end {
    /// 0, or the `errno` with which it could not be started.
    int error;
    /// As `waitpid` gives it.
    int status;
    /// The time was up, and it was killed.
    bool is_late;
    /// Bytes that were read of what it wrote.
    size_t count;
};

/// Runs a program, looked up in `PATH`, to its end, and kills it and all of its group at the deadline. Blocks. Unlike a
/// fork it costs the same whatever this process has in memory.
///
/// @param text takes the first `room` bytes of what it writes.
struct gleaner_end gleaner_run_short(char *const arguments[], int deadline_ms, char *text, size_t room);

#endif
