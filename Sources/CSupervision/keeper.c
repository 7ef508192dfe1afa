#define _GNU_SOURCE
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Everything after a fork of a process with many threads: only calls that are safe in signal handlers.

enum { REPORT = 3, STARTED = 4 };

static void close_from(unsigned first) {
    if (syscall(SYS_close_range, first, UINT_MAX, 0) == 0) return;
    long end = sysconf(_SC_OPEN_MAX);
    for (long file = first; file < (end > 0 ? end : 4096); file++) close((int)file);
}

static void say(int file, const void *bytes, size_t count) {
    while (write(file, bytes, count) < 0 && errno == EINTR) continue;
}

/// Dies with its parent, also when that ended before this was called.
static void follow_to_death(int with_signal, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, with_signal);
    if (getppid() != parent) kill(getpid(), with_signal);
}

static void use_default_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

static void run_program(char *const arguments[], pid_t keeper) {
    setpgid(0, 0);
    follow_to_death(SIGKILL, keeper);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(arguments[0], arguments);
    int error = errno;
    say(STARTED, &error, sizeof error);
    _exit(127);
}

/// Starts the program and reports how that went. Returns its process, 0 if it does not run.
static pid_t start_program(char *const arguments[]) {
    struct gleaner_start start = {0, 0};
    int started[2];
    pid_t keeper = getpid();
    if (pipe2(started, O_CLOEXEC) == 0) {
        pid_t program = fork();
        if (program == 0) {
            if (started[1] != STARTED) dup3(started[1], STARTED, O_CLOEXEC);
            run_program(arguments, keeper);
        }
        if (program < 0) start.error = errno;
        close(started[1]);
        if (program > 0) {
            // Also here, so that no signal to the group comes too early.
            setpgid(program, program);
            while (read(started[0], &start.error, sizeof start.error) < 0 && errno == EINTR) continue;
            start.program = program;
        }
        close(started[0]);
    } else {
        start.error = errno;
    }
    say(REPORT, &start, sizeof start);
    return start.error ? 0 : start.program;
}

static long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000L;
}

/// Whether the program has ended; its number stays its own until `reap`.
static int has_ended(pid_t program) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == program;
}

static int reap(pid_t program) {
    int status = 0;
    while (waitpid(program, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

/// Waits for the program's end, and brings it about when told to.
static void wait_for(pid_t program, const sigset_t *awaited, int patience_ms) {
    long deadline = -1;
    while (!has_ended(program)) {
        int number;
        if (deadline < 0) {
            number = sigwaitinfo(awaited, NULL);
        } else {
            long rest = deadline - now_ms();
            if (rest <= 0) return;
            struct timespec time = {rest / 1000, rest % 1000 * 1000000L};
            number = sigtimedwait(awaited, NULL, &time);
        }
        if (number == SIGTERM && deadline < 0) {
            deadline = now_ms() + patience_ms;
            kill(-program, SIGTERM);
        }
    }
}

static void keep(char *const arguments[], int output, int report, int patience_ms, pid_t parent) {
    setpgid(0, 0);
    use_default_signals();
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    follow_to_death(SIGTERM, parent);
    // The two files are above 4, and so not in the way of their copies.
    dup2(output, 1);
    dup2(output, 2);
    dup3(report, REPORT, O_CLOEXEC);
    close(0);
    open("/dev/null", O_RDONLY);
    close_from(REPORT + 1);
    pid_t program = start_program(arguments);
    close_from(REPORT + 1);
    close(1);
    close(2);
    if (!program) _exit(127);
    wait_for(program, &awaited, patience_ms);
    // If it did not go, or left others behind.
    kill(-program, SIGKILL);
    int status = reap(program);
    say(REPORT, &status, sizeof status);
    _exit(0);
}

/// A pipe whose writing end has a number that is out of the keeper's way.
static int make_pipe(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) return errno;
    ends[0] = low[0];
    ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, STARTED + 1);
    int error = ends[1] < 0 ? errno : 0;
    close(low[1]);
    if (error) close(low[0]);
    return error;
}

/// Returns the keeper, or a negative `errno`.
static pid_t fork_keeper(char *const arguments[], int output, int report, int patience_ms) {
    // No handler of ours may run in the keeper.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t keeper = fork();
    if (keeper == 0) keep(arguments, output, report, patience_ms, parent);
    if (keeper < 0) keeper = -errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return keeper;
}

pid_t gleaner_keep(char *const arguments[], int *output, int *report, int patience_ms) {
    int outputs[2], reports[2];
    int error = make_pipe(outputs);
    if (error) return -error;
    error = make_pipe(reports);
    pid_t keeper = error ? -error : fork_keeper(arguments, outputs[1], reports[1], patience_ms);
    close(outputs[1]);
    if (!error) close(reports[1]);
    if (keeper > 0) {
        *output = outputs[0];
        *report = reports[0];
        return keeper;
    }
    close(outputs[0]);
    if (!error) close(reports[0]);
    return keeper;
}
