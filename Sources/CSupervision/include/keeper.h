#ifndef GLEANER_KEEPER_H
#define GLEANER_KEEPER_H

// For programs that run on; see short.h for those that only answer.

#include <sys/types.h>

/// What the keeper says first: that the program runs, or why it does not.
struct gleaner_start {
    /// 0, or the `errno` with which the program could not be started.
    int error;
    /// The program's process, which leads a group of its own.
    pid_t program;
};

/// Starts a program under a keeper: a process that does nothing but wait for the program's end, and that ends the
/// program's whole group when it is told to (SIGTERM), when the thread that called this ends, or when the program
/// itself has ended and left others behind. If the keeper is killed, the program is killed with it.
///
/// The program has nothing to read, and inherits no file of ours.
///
/// - arguments: the program, looked up in PATH, and its arguments; ends with NULL.
/// - output: is set to a file from which what it writes can be read.
/// - report: is set to a file from which a `struct gleaner_start` can be read, then at the program's end an `int`, its
///   status as `waitpid` has it; then the file ends, early if the keeper was killed.
/// - patience_ms: from SIGTERM to SIGKILL.
///
/// Returns the keeper's process, or a negative `errno`.
pid_t gleaner_keep(char *const arguments[], int *output, int *report, int patience_ms);

#endif
